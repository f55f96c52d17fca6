"""Words with which film pages head a section: what follows until the next heading is of one kind.

`RELATED_*` recognise headings of lists of *other* films; a heading is one if it is a known phrase,
or short and made of core words and filler words only ("Recommendation Movie", "Latest movies").
Extending: add words to a row or a row to a table; compared folded.
"""

from __future__ import annotations

SECTION_LABELS: dict[str, dict[str, str]] = {
    "overview": {
        "en": (
            "Overview, Synopsis, Plot, Summary, Storyline, Story line, Description, Long synopsis, "
            "Short synopsis, Plot summary, About the film, About the movie, Storyline & synopsis, "
            "About this film, The story, Logline, What it is about"
        ),
        "it": "Trama, Sinossi, Descrizione, La trama, Il film, Trama del film, Panoramica, Riassunto",
        "fr": "Synopsis, Résumé, Synopsis et détails, L'histoire, Histoire, Vue d'ensemble, Description",
        "es": "Sinopsis, Argumento, Resumen, Descripción, La historia, Trama, Vista general",
        "pt": "Sinopse, Enredo, Resumo, Descrição, A história, Visão geral",
        "de": (
            "Handlung, Inhalt, Inhaltsangabe, Beschreibung, Zusammenfassung, Kurzinhalt, Überblick, "
            "Worum geht es, Synopsis"
        ),
        "nl": "Samenvatting, Verhaal, Synopsis, Beschrijving, Plot, Overzicht",
        "pl": "Opis, Opis filmu, Fabuła, Streszczenie, Zarys fabuły, O filmie",
        "cs": "Obsah, Popis, Děj, O filmu",
        "sk": "Obsah, Popis, Dej",
        "ru": (
            "Описание, Сюжет, Обзор, О фильме, О чем фильм, Синопсис, Краткое содержание, Описание фильма"
        ),
        "uk": "Опис, Сюжет, Про фільм, Огляд, Синопсис",
        "tr": "Özet, Konusu, Konu, Filmin konusu, Film özeti, Açıklama, Genel bakış, Film konusu",
        "id": "Sinopsis, Ringkasan, Deskripsi, Alur cerita, Ikhtisar",
        "ms": "Sinopsis, Ringkasan",
        "ro": "Sinopsis, Descriere, Prezentare, Acțiune, Rezumat",
        "hu": "Tartalom, Leírás, Cselekmény, Történet, Összefoglaló, Áttekintés",
        "sv": "Handling, Beskrivning, Sammanfattning, Synopsis, Översikt",
        "da": "Handling, Beskrivelse, Resumé",
        "no": "Handling, Beskrivelse, Sammendrag",
        "fi": "Juoni, Kuvaus, Tarina, Yhteenveto, Synopsis",
        "el": "Υπόθεση, Περίληψη, Πλοκή, Περιγραφή, Σύνοψη, Επισκόπηση",
        "ar": "القصة, قصة الفيلم, ملخص, نبذة, ملخص القصة, قصة العمل, نظرة عامة, الوصف, تدور القصة حول",
        "fa": "خلاصه, خلاصه داستان, داستان, توضیحات, داستان فیلم",
        "he": "תקציר, עלילה, תיאור, סיפור, סקירה כללית, תקציר הסרט, עלילת הסרט, על הסרט",
        "hi": "कहानी, सारांश, कथानक, विवरण",
        "ja": "あらすじ, ストーリー, 概要, 解説, 作品紹介, 内容, 物語, イントロダクション",
        "ko": "줄거리, 시놉시스, 개요, 소개, 내용, 영화 소개, 작품 소개",
        "zh": "简介, 簡介, 剧情简介, 劇情簡介, 剧情, 劇情, 故事, 内容简介, 剧情介绍, 影片简介, 概要",
        "vi": "Nội dung, Nội dung phim, Tóm tắt, Cốt truyện, Giới thiệu, Mô tả",
        "th": "เรื่องย่อ, เนื้อเรื่อง, รายละเอียด, ภาพรวม",
    },
    "festival": {
        "en": (
            "Official selections, Official selection, Festivals, Festival, Film festivals, Selections, "
            "Awards, Festivals and awards, Festivals & awards, Awards and festivals, Screened at, "
            "Awards & festivals, Selected festivals"
        ),
        "it": (
            "Festival, Selezione ufficiale, Selezioni ufficiali, Premi, Premi e festival, Festival e premi"
        ),
        "fr": (
            "Festivals, Sélection officielle, Sélections officielles, Sélections, Prix, Festivals et prix, "
            "Récompenses"
        ),
        "es": "Festivales, Selección oficial, Selecciones oficiales, Premios, Festivales y premios",
        "pt": "Festivais, Seleção oficial, Selecção oficial, Prémios, Prêmios",
        "de": (
            "Festivals, Festivalteilnahmen, Auszeichnungen, Offizielle Auswahl, Preise, Festivals und Preise"
        ),
        "nl": "Festivals, Officiële selectie, Prijzen",
        "pl": "Festiwale, Nagrody, Oficjalna selekcja",
        "cs": "Festivaly, Ocenění",
        "ru": "Фестивали, Награды, Официальная программа, Фестивали и награды, Официальный отбор",
        "uk": "Фестивалі, Нагороди",
        "tr": "Festivaller, Ödüller, Resmi seçki",
        "id": "Festival, Penghargaan, Seleksi resmi",
        "ro": "Festivaluri, Premii, Selecții oficiale",
        "hu": "Fesztiválok, Díjak",
        "sv": "Festivaler, Priser, Utmärkelser",
        "el": "Φεστιβάλ, Βραβεία, Επίσημη συμμετοχή",
        "ar": "المهرجانات, الجوائز, الاختيار الرسمي, مهرجانات",
        "fa": "جشنواره‌ها, جوایز",
        "he": "פסטיבלים, פרסים, בחירה רשמית",
        "ja": "映画祭, 受賞歴, 公式出品, 受賞",
        "ko": "영화제, 수상, 공식 초청, 수상 내역",
        "zh": "电影节, 影展, 获奖, 入围影展",
        "vi": "Liên hoan phim, Giải thưởng",
        "th": "เทศกาลภาพยนตร์, รางวัล",
    },
    # Sections whose content is the site's or its visitors', not the film's.
    "end": {
        "en": (
            "Reviews, User reviews, Comments, Comment, Leave a comment, Leave a reply, Trailer, Trailers, "
            "Videos, Photos, Gallery, Images, Media, Download, Download links, Watch online, Watch now, "
            "News, Latest news, Our group sites, Partner sites, Partners, Our network, Follow us, "
            "Newsletter, Subscribe, Links, Quick links, Useful links, Useful Links, Social, Sponsors, "
            "Advertisement, Sign up, Contact us, Legal, Share this, Where to watch, Episodes, Seasons, "
            "Add a comment, Write a review, Sponsored"
        ),
        "it": (
            "Recensioni, Commenti, Trailer, Foto, Video, Seguici, Iscriviti alla newsletter, "
            "I nostri siti, Siti partner, Lascia un commento, Notizie"
        ),
        "fr": (
            "Critiques, Commentaires, Bandes-annonces, Bande-annonce, Photos, Vidéos, Nos sites, "
            "Suivez-nous, Sites partenaires, Laisser un commentaire, Actualités"
        ),
        "es": (
            "Críticas, Comentarios, Tráiler, Fotos, Vídeos, Síguenos, Nuestros sitios, Deja un comentario, "
            "Reseñas, Noticias, Deja tu comentario, Sitios amigos"
        ),
        "pt": "Críticas, Comentários, Trailer, Fotos, Vídeos, Siga-nos, Nossos sites, Parceiros",
        "de": (
            "Kritiken, Kommentare, Trailer, Bilder, Videos, Folge uns, Unsere Seiten, Partnerseiten, "
            "Nutzerkritiken, Kommentar schreiben, Newsletter, Streamingdienste, Unsere Partner, "
            "Rechtliches"
        ),
        "nl": "Recensies, Reacties, Foto's, Volg ons",
        "pl": (
            "Recenzje, Komentarze, Zwiastun, Zwiastuny, Zdjęcia z filmu, Galeria, Śledź nas, Partnerzy, "
            "Dodaj komentarz, Nasze serwisy"
        ),
        "cs": "Recenze, Komentáře, Galerie, Diskuze, Sledujte nás, Partneři",
        "ru": (
            "Отзывы, Комментарии, Рецензии, Трейлер, Трейлеры, Фото, Кадры, Кадры из фильма, "
            "Мы в соцсетях, Наши проекты, Партнеры, Оставить комментарий, Смотреть онлайн, Новости, "
            "Наши сайты"
        ),
        "uk": "Відгуки, Коментарі, Рецензії, Трейлер, Кадри, Партнери, Дивитися онлайн",
        "tr": (
            "Yorumlar, Eleştiriler, Fragman, Fragmanlar, Fotoğraflar, Bizi takip edin, Yorum yap, "
            "Ortaklarımız, Haberler, Sitelerimiz"
        ),
        "id": (
            "Ulasan, Komentar, Cuplikan, Galeri, Ikuti kami, Tinggalkan balasan, Situs mitra, Tautan, "
            "Mitra kami, Jaringan kami"
        ),
        "ms": "Ulasan, Komen",
        "ro": "Recenzii, Comentarii, Trailer, Galerie, Urmărește-ne",
        "hu": "Kritikák, Hozzászólások, Előzetes, Képek, Kövess minket, Partnereink",
        "sv": "Recensioner, Kommentarer, Trailer, Bilder, Följ oss",
        "fi": "Arvostelut, Kommentit, Traileri, Kuvat, Seuraa meitä",
        "el": "Κριτικές, Σχόλια, Τρέιλερ, Φωτογραφίες, Ακολουθήστε μας, Συνεργάτες",
        "ar": (
            "التعليقات, المراجعات, الإعلان, صور, تابعنا, اترك تعليقا, مواقع صديقة, روابط التحميل, "
            "مشاهدة وتحميل, سيرفرات المشاهدة, مواقعنا, شركاؤنا"
        ),
        "fa": "نظرات, دیدگاه‌ها, تریلر, تصاویر, ما را دنبال کنید, لینک دانلود",
        "he": (
            "ביקורות, תגובות, טריילר, תמונות, עקבו אחרינו, אתרים נוספים, כתוב תגובה, השותפים שלנו, "
            "האתרים שלנו"
        ),
        "hi": "समीक्षाएं, टिप्पणियाँ, ट्रेलर",
        "ja": (
            "レビュー, コメント, 予告編, 写真, フォローする, 口コミ, ギャラリー, ニュース, 関連サイト, "
            "感想・レビュー, グループサイト"
        ),
        "ko": "리뷰, 댓글, 예고편, 사진, 갤러리, 관람평, 포토, 뉴스, 제휴 사이트, 패밀리 사이트",
        "zh": "影评, 评论, 留言, 预告片, 剧照, 关注我们, 友情链接, 短评, 新闻, 下载地址, 播放列表",
        "vi": "Bình luận, Đánh giá phim, Hình ảnh, Theo dõi chúng tôi, Xem phim",
        "th": "รีวิว, ความคิดเห็น, ตัวอย่าง, รูปภาพ, ติดตามเรา",
    },
}

RELATED_PHRASES: dict[str, str] = {
    "en": (
        "More like this, You may also like, You might also like, You may like, People also watched, "
        "Fans also like, Fans also liked, Viewers also watched, Because you watched, Up next, Watch next, "
        "What to watch next, Now playing, Now showing, Coming soon, In theaters now, Others also watched, "
        "Customers also watched, Just added, Just arrived, New releases, Don't miss, Discover more, "
        "See also, From the same director, Also by this director, By the same director, "
        "More from this director, Top rated, Box office hits, Editor's picks, Staff picks, Hot now, "
        "Most viewed today, Also on this site, Readers also watched, Our picks"
    ),
    "it": (
        "Ti potrebbe piacere, Potrebbe piacerti, Potrebbe interessarti, Potrebbero interessarti, "
        "Potrebbero piacerti anche, Ti potrebbe interessare, Dello stesso regista, Al cinema, "
        "Prossimamente, Da non perdere, Guarda anche, Vedi anche, I più visti, Ultimi arrivi, "
        "Ultime uscite"
    ),
    "fr": (
        "Vous aimerez aussi, Vous aimerez peut-être, Pour aller plus loin, Du même réalisateur, "
        "À l'affiche, Prochainement, Voir aussi, Si vous avez aimé, Les plus vus, Dernières sorties, "
        "À ne pas manquer, Derniers ajouts, Nouveautés, À voir aussi, Ceux qui ont aimé ont aussi aimé"
    ),
    "es": (
        "También te puede gustar, Te puede gustar, Te puede interesar, También te puede interesar, "
        "Te podría gustar, Quizás te guste, Quizá te interese, Del mismo director, En cartelera, "
        "Próximamente, Ver también, Más vistas, Más vistos, Últimas agregadas, Novedades, Estrenos, "
        "Lo más visto, Últimos estrenos"
    ),
    "pt": (
        "Você também pode gostar, Você pode gostar, Também pode gostar, Talvez você goste, "
        "Quem viu também viu, Do mesmo diretor, Em cartaz, Em breve, Veja também, Mais vistos, Novidades, "
        "Lançamentos, Últimos lançamentos"
    ),
    "de": (
        "Das könnte dich auch interessieren, Das könnte Sie auch interessieren, "
        "Das könnte dir auch gefallen, Das könnte dir gefallen, Das könnte Ihnen auch gefallen, "
        "Könnte dir auch gefallen, Mehr davon, Vom selben Regisseur, Jetzt im Kino, Demnächst, "
        "Demnächst im Kino, Neu im Kino, Meistgesehen, Siehe auch, Neu eingetroffen, Neuheiten, "
        "Neuerscheinungen, Zuschauer sahen auch, Andere sahen auch, Mehr wie dies, Weitere Filme, "
        "Neu hinzugefügt"
    ),
    "nl": (
        "Misschien vind je dit ook leuk, Dit vind je misschien ook leuk, Ook interessant, "
        "Nu in de bioscoop, Binnenkort, Bekijk ook, Meest bekeken, Nieuw binnen"
    ),
    "pl": (
        "Może Cię zainteresować, Może Ci się spodobać, Zobacz także, Zobacz też, Zobacz również, "
        "Tego samego reżysera, W kinach, Wkrótce, Wkrótce w kinach, Najczęściej oglądane, Ostatnio dodane, "
        "Nowości, Inni oglądali także, Widzowie obejrzeli również, Teraz w kinach, "
        "Użytkownicy oglądali również"
    ),
    "cs": (
        "Mohlo by se vám líbit, Mohlo by vás zajímat, Mohlo by se ti líbit, Také se vám může líbit, "
        "V kinech, Brzy v kinech, Nejsledovanější, Novinky, Viz také"
    ),
    "sk": "Mohlo by sa vám páčiť, Mohlo by vás zaujímať, V kinách, Novinky",
    "ru": (
        "Вам может понравиться, Вам также может понравиться, Возможно, вам понравится, "
        "Вас может заинтересовать, Смотрите также, Если вам понравился этот фильм, Сейчас в кино, "
        "Скоро в кино, Скоро на экранах, С этим фильмом смотрят, Новинки, Новинки кино, "
        "Последние поступления, Советуем посмотреть, Рекомендуем посмотреть, Смотрят сейчас, "
        "Сейчас смотрят"
    ),
    "uk": (
        "Вам може сподобатися, Вам також може сподобатися, Дивіться також, Зараз у кіно, Скоро в кіно, "
        "Новинки, Радимо переглянути, Останні надходження"
    ),
    "tr": (
        "Bunları da beğenebilirsiniz, Hoşunuza gidebilir, İlginizi çekebilir, "
        "Bunlar da ilginizi çekebilir, Bunları da sevebilirsiniz, Aynı yönetmenden, Vizyondaki filmler, "
        "Vizyondakiler, Yakında, Çok izlenenler, Son eklenenler, Yeni eklenenler, En çok izlenenler, "
        "Ayrıca bakınız, Öne çıkanlar"
    ),
    "id": (
        "Anda mungkin juga suka, Mungkin Anda suka, Anda mungkin menyukai, Kamu mungkin suka, "
        "Mungkin kamu suka, Sedang tayang, Segera tayang, Segera hadir, Baru ditambahkan, Sering ditonton, "
        "Paling banyak ditonton, Lihat juga, Baca juga, Tonton juga, Jangan lewatkan, Baru rilis"
    ),
    "ms": "Anda mungkin juga suka, Anda mungkin suka, Sedang ditayangkan",
    "ro": (
        "Ți-ar putea plăcea, S-ar putea să-ți placă, Te-ar putea interesa, Vezi și, În cinema, În curând, "
        "Noutăți, Cele mai vizionate"
    ),
    "hu": (
        "Ez is érdekelhet, Ezek is érdekelhetnek, Ez is tetszhet, Most a mozikban, Hamarosan, "
        "Legnézettebb, Újdonságok, Lásd még"
    ),
    "sv": (
        "Du kanske också gillar, Du kanske gillar, Nu på bio, Kommer snart, Mest sedda, Nyheter, Se även, "
        "Nyinkommet"
    ),
    "da": (
        "Måske kan du også lide, Du vil måske også synes om, Nu i biografen, Kommer snart, Mest sete, Se også"
    ),
    "no": "Du vil kanskje også like, Du liker kanskje også, Nå på kino, Kommer snart, Mest sett, Se også",
    "fi": (
        "Saatat pitää myös, Sinua saattaa kiinnostaa, Katso myös, Nyt elokuvateattereissa, Tulossa, "
        "Katsotuimmat, Uutuudet"
    ),
    "el": (
        "Μπορεί να σας αρέσουν, Ίσως σας αρέσει, Ίσως σας αρέσουν, Δείτε επίσης, "
        "Τώρα στους κινηματογράφους, Προσεχώς, Νέες προσθήκες"
    ),
    "ar": (
        "قد يعجبك, قد يعجبك أيضا, قد يعجبك أيضاً, ربما يعجبك, شاهد أيضا, شاهد أيضاً, أعمال مشابهة, "
        "المزيد من الأفلام, يعرض الآن, قريبا, الأكثر مشاهدة, أضيف حديثا, المضاف حديثا, لا تفوت, "
        "من نفس المخرج, الأكثر رواجا"
    ),
    "fa": (
        "شاید بپسندید, ممکن است دوست داشته باشید, پیشنهاد ما, همچنین ببینید, پربازدیدترین‌ها, "
        "در حال اکران, به زودی, تازه‌ها"
    ),
    "he": (
        "אולי תאהבו גם, אולי תאהב גם, אולי יעניין אתכם, אולי יעניין אותך, עוד בנושא, ראו גם, "
        "עכשיו בקולנוע, בקרוב, בקרוב בקולנוע, הנצפים ביותר, נוספו לאחרונה, חדש באתר, מאותו במאי, עוד סרטים"
    ),
    "hi": "आपको यह भी पसंद आ सकता है, यह भी देखें, जल्द आ रही है",
    "vi": "Có thể bạn quan tâm, Có thể bạn thích, Có thể bạn cũng thích, Xem thêm, Sắp chiếu, Đang chiếu",
    "th": "คุณอาจชอบ, คุณอาจจะชอบ, คุณอาจสนใจ, ดูเพิ่มเติม, กำลังฉาย, เร็วๆ นี้, โปรแกรมหน้า",
}

# Beginnings of headings that go on with the title of the page's own film ("Movies like Solaris").
RELATED_BEGINNINGS = (
    "si vous avez aimé",
    "se ti è piaciuto",
    "si te gustó",
    "wenn dir",
    "similar to",
    "movies like",
    "films like",
    "shows like",
    "more like",
    "related to",
    "if you liked",
    "because you watched",
    "fans of",
    "more from",
    "more by",
    "also by",
    "film simili a",
    "altri film di",
    "films similaires à",
    "films comme",
    "du même réalisateur que",
    "películas similares a",
    "películas parecidas a",
    "películas como",
    "filmes parecidos com",
    "filmes semelhantes a",
    "filme wie",
    "ähnliche filme wie",
    "filme ähnlich wie",
    "mehr von",
    "filmy podobne do",
    "podobne do",
    "фильмы похожие на",
    "похожие на",
    "если вам понравился",
    "benzer filmler",
    "film seperti",
    "film yang mirip",
    "filmer som liknar",
    "filmer som",
    "filme similare cu",
    "hasonló filmek mint",
    "ταινίες όπως",
    "أفلام مشابهة",
    "סרטים דומים",
    "סרטים כמו",
)

RELATED_CORE: dict[str, str] = {
    "en": (
        "similar related recommended recommendation recommendations recommend latest trending popular "
        "upcoming newest featured suggested suggestions top more new recent recently"
    ),
    "it": (
        "simili simile correlati correlate consigliati consigliato consigli raccomandazioni popolari "
        "tendenza ultimi ultime recenti altri suggeriti"
    ),
    "fr": (
        "similaires similaire recommandés recommandations recommandation populaires tendances tendance "
        "derniers dernières récents suggestions liés apparentés connexes autres"
    ),
    "es": (
        "similares similar relacionadas relacionados recomendadas recomendados recomendaciones "
        "recomendación populares tendencias tendencia últimas últimos recientes sugerencias parecidas "
        "destacadas más"
    ),
    "pt": (
        "similares semelhantes relacionados relacionadas recomendados recomendações recomendação populares "
        "tendências últimos recentes sugestões parecidos destaques mais"
    ),
    "de": (
        "ähnliche ähnlicher ähnlich verwandte empfohlene empfehlungen empfehlung beliebte beliebt neueste "
        "neue aktuelle trends angesagt vorschläge weitere mehr top"
    ),
    "nl": (
        "vergelijkbare soortgelijke gerelateerde aanbevolen aanbevelingen populaire nieuwste laatste "
        "trending meer"
    ),
    "pl": (
        "podobne polecane powiązane rekomendacje rekomendowane popularne najnowsze ostatnie nowe "
        "proponowane inne najpopularniejsze"
    ),
    "cs": "podobné související doporučené doporučujeme oblíbené populární nejnovější nové další",
    "sk": "podobné súvisiace odporúčané populárne najnovšie ďalšie",
    "ru": (
        "похожие похожее рекомендуемые рекомендации рекомендуем популярные популярное новые последние "
        "свежие советуем трендовые лучшие другие связанные топ"
    ),
    "uk": "схожі подібні рекомендовані рекомендації рекомендуємо популярні нові останні інші топ",
    "tr": "benzer önerilen öneriler önerilenler popüler trend son yeni ilgili diğer tavsiye benzerler",
    "id": (
        "serupa mirip terkait rekomendasi direkomendasikan populer terpopuler terbaru terbaik trending "
        "lainnya unggulan"
    ),
    "ms": "serupa berkaitan disyorkan popular terkini lain",
    "ro": "similare asemănătoare recomandate recomandări populare recente noi ultimele alte înrudite",
    "hu": "hasonló kapcsolódó ajánlott ajánlatok ajánlások népszerű legújabb legfrissebb friss további új",
    "sv": "liknande relaterade rekommenderade rekommendationer populära senaste nya fler trendande",
    "da": "lignende relaterede anbefalede anbefalinger populære seneste nye flere",
    "no": "lignende relaterte anbefalte anbefalinger populære siste nye flere",
    "fi": "samankaltaisia samankaltaiset suositellut suosituksia suositut uusimmat muita lisää",
    "el": (
        "παρόμοιες παρόμοια σχετικές σχετικά προτεινόμενες προτάσεις προτείνουμε δημοφιλείς δημοφιλή "
        "τελευταίες νέες πρόσφατες άλλες"
    ),
    "ar": (
        "مشابهة مماثلة ذات مقترحة ترشيحات توصيات موصى شائعة رائجة أحدث جديدة المزيد الأحدث الرائج مقترحات"
    ),
    "fa": "مشابه مرتبط پیشنهادی پیشنهادات محبوب جدیدترین جدید دیگر پرطرفدار",
    "he": "דומים דומה קשורים מומלצים המלצות המלצה פופולריים פופולרי חדשים אחרונים נוספים טרנדים מובילים",
    "hi": "समान मिलती-जुलती संबंधित अनुशंसित लोकप्रिय नवीनतम ट्रेंडिंग सुझाव नई",
    "vi": "tương tự liên quan đề xuất gợi ý phổ biến mới khác hot",
}

RELATED_FILLERS: dict[str, str] = {
    "en": (
        "movie movies film films tv show shows series title titles documentary documentaries video videos "
        "for you this these week month today now the in by to on of our all most watched viewed rated "
        "viewers from here list releases release added items online watch posts and content stories picks "
        "weekly 10 20 50 100 best hits"
    ),
    "it": (
        "film titoli serie tv per te della settimana di oggi più visti documentari i le del da vedere e al "
        "cinema arrivi uscite"
    ),
    "fr": (
        "film films titres séries série pour vous de la semaine du moment les à voir et documentaires "
        "aussi sorties"
    ),
    "es": (
        "películas película series títulos para ti de la semana hoy las los más vistas documentales y "
        "agregadas en tendencia"
    ),
    "pt": "filmes filme séries títulos para você da semana hoje os as mais vistos documentários e em",
    "de": (
        "film filme filmen titel serien für dich sie diese woche heute der die das und dokumentationen "
        "dokumentarfilme zu diesem im kino sendungen weitere"
    ),
    "nl": "film films titels series voor jou deze week en documentaires",
    "pl": "film filmy tytuły seriale dla ciebie tygodnia dziś w i produkcje teraz kinach",
    "cs": "film filmy tituly seriály pro vás tento týden a",
    "sk": "film filmy tituly seriály pre vás",
    "ru": (
        "фильм фильмы фильма сериалы кино для вас недели сегодня на сейчас и к просмотру материалы "
        "просмотра ленты поступления новинки"
    ),
    "uk": "фільм фільми серіали кіно для вас тижня і до перегляду надходження",
    "tr": "film filmler filmleri diziler için sizin bu hafta ve eklenen eklenenler yapımlar olanlar",
    "id": "film movie series serial untuk anda kamu minggu ini hari yang dan judul rilisan drama",
    "ms": "filem drama untuk anda minggu ini",
    "ro": "filme film seriale pentru tine tine săptămâna titluri și lansări",
    "hu": "film filmek sorozatok neked önnek ezen a héten címek és filmjeink",
    "sv": "film filmer serier titlar för dig denna vecka och",
    "da": "film filmer serier titler til dig",
    "no": "film filmer serier titler for deg",
    "fi": "elokuva elokuvia elokuvat sarjat sinulle tällä viikolla",
    "el": "ταινία ταινίες σειρές τίτλοι για σένα εσάς αυτή την εβδομάδα και οι τις",
    "ar": "أفلام فيلم افلام الأفلام مسلسلات المسلسلات صلة لك هذا الأسبوع اليوم من و به بها أعمال عروض",
    "fa": "فیلم فیلم‌ها فیلمهای فیلم‌های های سریال سریال‌ها برای شما این هفته",
    "he": "סרטים סרט סדרות עבורך בשבילך לך השבוע היום של הכי נצפים",
    "hi": "फिल्में फ़िल्में फिल्म शो आपके लिए इस सप्ताह",
    "vi": "phim bộ cho bạn tuần này hôm nay",
}

# Scripts without spaces: a short line that contains one of these heads a list of other films.
RELATED_FRAGMENTS = (
    "関連作品",
    "関連映画",
    "関連動画",
    "類似作品",
    "類似映画",
    "似ている",
    "似た作品",
    "似た映画",
    "おすすめ",
    "オススメ",
    "人気の",
    "人気映画",
    "人気作品",
    "人気ランキング",
    "新着",
    "最新作",
    "最新映画",
    "この作品を見た人",
    "この映画を見た人",
    "こちらも",
    "注目の",
    "上映中の",
    "公開予定",
    "あわせて",
    "推荐",
    "推薦",
    "相似",
    "类似",
    "類似",
    "相关影片",
    "相關影片",
    "相关电影",
    "相關電影",
    "热门",
    "熱門",
    "猜你喜欢",
    "猜你喜歡",
    "你可能喜欢",
    "也喜欢",
    "也喜歡",
    "最新电影",
    "最新電影",
    "最新上映",
    "正在热映",
    "即将上映",
    "同类",
    "排行榜",
    "看过",
    "大家都在看",
    "비슷한",
    "추천",
    "관련 영화",
    "관련 작품",
    "관련영화",
    "인기 영화",
    "인기 작품",
    "인기영화",
    "최신 영화",
    "최신영화",
    "최신작",
    "함께 본",
    "함께 볼",
    "이 영화를 본",
    "상영중인",
    "상영 중",
    "개봉 예정",
    "다른 영화",
    "이런 영화",
    "신작",
    "คล้าย",
    "แนะนำ",
    "ที่เกี่ยวข้อง",
    "ยอดนิยม",
    "มาใหม่",
    "หนังใหม่",
    "ล่าสุด",
    "เรื่องอื่น",
)
