"""What are the genres of films called in other languages? Part of the default configuration only.

The English values are those of TMDB, and of other catalogues where TMDB has none. Another
collection has synonyms of its own in `search.toml`.
"""

from __future__ import annotations

# Value → what catalogues write for it, `|` between, in the order
# de, fr, es, pt, it, nl, tr, pl, ru, uk, el, ar, he, fa, hi, ja, zh, ko, id; then what the pages call them
# besides, and sv, th, vi.
_NAMES: dict[str, str] = {
    "Action": "Aktion|Actionfilm|Azione|Acción|Ação|Acção|Actie|Aksiyon|Akcja|Sensacyjny|Боевик|Экшн|"
    "Экшен|Бойовик|Δράση|Δράσης|أكشن|حركة|אקשן|פעולה|اکشن|एक्शन|アクション|动作|動作|액션|Aksi|Laga"
    "|บู๊|Hành động|แอ็กชัน|แอคชั่น",
    "Adventure": "Abenteuer|Abenteuerfilm|Aventure|Aventures|Aventura|Aventuras|Avventura|Avontuur|Macera|"
    "Przygodowy|Przygoda|Приключения|Приключение|Пригоди|Περιπέτεια|مغامرة|مغامرات|הרפתקאות|הרפתקה|"
    "ماجراجویی|ماجرایی|रोमांच|साहसिक|アドベンチャー|冒険|冒险|冒險|모험|Petualangan"
    "|एडवेंचर|Äventyr|ผจญภัย|Phiêu lưu|Äventyrsfilm",
    "Animation": "Animations|Animated|Zeichentrick|Animationsfilm|Animación|Animação|Animazione|Animatie|"
    "Animasyon|Animacja|Animowany|Мультфильм|Анимация|Мультфільм|Анімація|Κινούμενα Σχέδια|رسوم متحركة|"
    "أنيمي|אנימציה|انیمیشن|پویانمایی|एनिमेशन|アニメーション|动画|動畫|애니메이션|Animasi"
    "|Animerat|แอนิเมชัน|Hoạt hình|Tecknat|Animerad film|การ์ตูน|Phim hoạt hình",
    "Anime": "Аниме|Аніме|アニメ|动漫|動漫|애니|أنمي|אנימה|انیمه"
    "|Άνιμε|एनिमे|일본 애니메이션|อนิเมะ|日本动画|日本動畫",
    "Biography": "Biopic|Biographical|Biografie|Biographie|Biografía|Biográfico|Biografia|Biografico|"
    "Biyografi|Biograficzny|Биография|Біографія|Βιογραφία|Βιογραφική|سيرة ذاتية|ביוגרפיה|زندگی‌نامه|"
    "زندگینامه|बायोग्राफी|जीवनी|伝記|传记|傳記|전기|Biografi"
    "|ชีวประวัติ|Tiểu sử|Biografisk",
    "Comedy": "Komödie|Comédie|Comedia|Comédia|Commedia|Komedie|Komedi|Komedia|Комедия|Комедія|Κωμωδία|"
    "كوميديا|كوميدي|קומדיה|کمدی|कॉमेडी|हास्य|コメディ|コメディー|喜剧|喜劇|코미디"
    "|ตลก|Hài|Komedifilm|คอมเมดี้|Hài hước",
    "Crime": "Krimi|Kriminalfilm|Policier|Crimen|Policíaco|Policiaca|Policial|Crimine|Poliziesco|Misdaad|"
    "Suç|Kryminał|Криминал|Кримінал|Έγκλημα|Αστυνομική|جريمة|פשע|جنایی|अपराध|क्राइम|犯罪|クライム|범죄|"
    "Kejahatan|Kriminal"
    "|อาชญากรรม|Hình sự|Brott|Deckare|Tội phạm",
    "Documentary": "Dokumentarfilm|Dokumentation|Doku|Documentaire|Documental|Documentário|Documentario|"
    "Belgesel|Dokument|Dokumentalny|Документальный|Документальное кино|Документальний|Ντοκιμαντέρ|وثائقي|"
    "תיעודי|דוקומנטרי|مستند|वृत्तचित्र|डॉक्यूमेंट्री|ドキュメンタリー|纪录|纪录片|紀錄|紀錄片|다큐멘터리|"
    "Dokumenter"
    "|Dokumentär|สารคดี|Tài liệu|Dokumentärfilm|Phim tài liệu",
    "Drama": "Drame|Dramma|Drammatico|Dram|Dramat|Драма|Δράμα|Δραματική|دراما|דרמה|درام|ड्रामा|नाटक|"
    "ドラマ|剧情|劇情|드라마"
    "|ดราม่า|Chính kịch|Dramafilm|Tâm lý",
    "Family": "Familie|Familienfilm|Kinder|Kinderfilm|Familial|Famille|Jeunesse|Familia|Familiar|Infantil|"
    "Família|Famiglia|Aile|Familijny|Семейный|Детский|Сімейний|Дитячий|Οικογενειακή|عائلي|عائلية|משפחה|"
    "خانوادگی|पारिवारिक|परिवार|ファミリー|家庭|가족|Keluarga"
    "|Per famiglie|Familj|ครอบครัว|Gia đình|Barn|Barnfilm|Familjefilm",
    "Fantasy": "Fantastique|Fantasía|Fantástico|Fantasia|Fantastico|Fantasie|Fantastik|Фэнтези|Фентезі|"
    "Φαντασία|Φαντασίας|فانتازيا|خيال|פנטזיה|فانتزی|फ़ैंटेसी|फैंटेसी|काल्पनिक|ファンタジー|奇幻|판타지|"
    "Fantasi"
    "|แฟนตาซี|Giả tưởng",
    "Film Noir": "Film-Noir|Noir|Cine negro|Filme noir|Нуар|Фильм-нуар|Фільм-нуар|Φιλμ νουάρ|פילם נואר|"
    "نوآر|フィルム・ノワール|黑色电影|黑色電影|필름 누아르|Kara film|Czarny film"
    "|فيلم نوار|فیلم نوآر|फ़िल्म नोयर|ฟิล์มนัวร์|Phim noir",
    "History": "Historical|Historie|Historisch|Historienfilm|Histoire|Historique|Historia|Histórico|"
    "História|Storia|Storico|Geschiedenis|Geschichte|Tarih|Tarihi|Historyczny|История|Исторический|Історія|"
    "Історичний|Ιστορία|Ιστορική|تاريخ|تاريخي|היסטוריה|تاریخی|इतिहास|ऐतिहासिक|履歴|歴史|历史|歷史|역사|"
    "사극|Sejarah"
    "|ประวัติศาสตร์|Lịch sử|Historisk",
    "Horror": "Horrorfilm|Horreur|Épouvante|Épouvante-horreur|Terror|Orrore|Korku|Ужасы|Хоррор|Жахи|Жах|"
    "Τρόμος|Τρόμου|رعب|אימה|ترسناک|وحشت|डरावनी|हॉरर|ホラー|恐怖|공포|호러|Horor"
    "|Skräck|สยองขวัญ|Kinh dị|Skräckfilm|หนังผี|Phim kinh dị",
    "Music": "Musik|Musikfilm|Musique|Música|Musica|Muziek|Müzik|Muzyka|Muzyczny|Музыка|Музыкальный|"
    "Музика|Музичний|Μουσική|موسيقى|מוזיקה|מוסיקה|موسیقی|संगीत|音楽|音乐|音樂|음악"
    "|ดนตรี|Âm nhạc",
    "Musical": "Comédie musicale|Musicale|Müzikal|Мюзикл|Μιούζικαλ|غنائي|מחזמר|موزیکال|संगीतमय|"
    "ミュージカル|歌舞|音乐剧|뮤지컬"
    "|म्यूज़िकल|Musikal|มิวสิคัล|Nhạc kịch",
    "Mystery": "Mysteryfilm|Mystère|Misterio|Intriga|Mistério|Mistero|Giallo|Mysterie|Gizem|Tajemnica|"
    "Детектив|Мистика|Містика|Μυστηρίου|Μυστήριο|غموض|لغز|מסתורין|תעלומה|معمایی|रहस्य|ミステリー|謎|悬疑|"
    "懸疑|미스터리|Misteri"
    "|Mysterium|ลึกลับ|Bí ẩn",
    "Romance": "Romantic|Liebesfilm|Romantik|Romantique|Romántico|Romântico|Sentimentale|Romantico|"
    "Romantiek|Romantisch|Romans|Melodramat|Мелодрама|Романтика|Ρομαντική|Ρομάντζο|رومانسي|رومنسية|רומנטי|"
    "רומנטיקה|عاشقانه|रोमांस|प्रेम|ロマンス|恋愛|爱情|愛情|로맨스|Percintaan|Romansa|Romantis"
    "|โรแมนติก|Lãng mạn|Kärlek|Romantiskt|Romantisk|Tình cảm",
    "Science Fiction": "Sci-Fi|SciFi|SF|Science-Fiction|Ciencia ficción|Ciencia-ficción|Ficção científica|"
    "Fantascienza|Sciencefiction|Bilim-Kurgu|Bilim Kurgu|Фантастика|Научная фантастика|Наукова фантастика|"
    "Επιστημονικής Φαντασίας|Επιστημονική Φαντασία|خيال علمي|מדע בדיוני|علمی تخیلی|علمی-تخیلی|विज्ञान कथा|"
    "साइंस फिक्शन|サイエンスフィクション|SF映画|科幻|Fiksi Ilmiah"
    "|علمی‌تخیلی|साइंस फ़िक्शन|ไซไฟ|Khoa học viễn tưởng|วิทยาศาสตร์|นิยายวิทยาศาสตร์|Viễn tưởng",
    "Short": "Short Film|Kurzfilm|Court métrage|Court-métrage|Cortometraje|Curta-metragem|Cortometraggio|"
    "Korte film|Kısa film|Krótkometrażowy|Короткометражка|Короткометражный|Короткометражний|Μικρού μήκους|"
    "فيلم قصير|סרט קצר|فیلم کوتاه|लघु फ़िल्म|短編|短片|단편"
    "|قصير|Film pendek|Kortfilm|ภาพยนตร์สั้น|Phim ngắn|หนังสั้น",
    "Sport": "Sports|Sportfilm|Deporte|Deportes|Esporte|Esportes|Desporto|Sportivo|Spor|Sportowy|Спорт|"
    "Спортивный|Спортивний|Αθλητική|Αθλητικά|رياضة|ספורט|ورزشی|खेल|スポーツ|体育|運動|运动|스포츠|Olahraga"
    "|กีฬา|Thể thao",
    "TV Movie": "TV-Film|Fernsehfilm|Téléfilm|Película de TV|Cinema TV|Filme para TV|Televisione film|"
    "Film TV|Tv film|TV film|Film telewizyjny|Телевизионный фильм|Телефильм|Телефільм|Τηλεταινία|"
    "فيلم تلفازي|סרט טלוויזיה|فیلم تلویزیونی|टीवी फ़िल्म|テレビ映画|电视电影|電視電影|TV 영화|Film televisi"
    "|فيلم تلفزيوني|Film per la TV|ภาพยนตร์โทรทัศน์|TV filmi|Phim lẻ truyền hình",
    "TV Series": "Serie|Fernsehserie|Série télévisée|Serie de TV|Série de TV|Serie TV|Dizi|Serial|"
    "Serial TV|Сериал|Телесериал|Серіал|Τηλεοπτική σειρά|مسلسل|סדרה|سریال|टीवी सीरीज़|テレビシリーズ|"
    "电视剧|電視劇|TV 시리즈|Seri TV"
    "|مسلسل تلفزيوني|سریال تلویزیونی|סדרת טלוויזיה|Serial televisi|Tv-serie|ซีรีส์โทรทัศน์|TV dizisi"
    "|Телесеріал|Phim bộ truyền hình|電視影集|Tv-serien|ละครโทรทัศน์|Phim truyền hình",
    "Thriller": "Suspense|Suspenso|Gerilim|Dreszczowiec|Триллер|Трилер|Θρίλερ|إثارة|تشويق|מתח|مهیج|"
    "هیجان انگیز|थ्रिलर|スリラー|サスペンス|惊悚|驚悚|惊悚片|스릴러|Cerita Seru|Tegang"
    "|هیجان‌انگیز|מותחן|ระทึกขวัญ|Giật gân|Spänning|เขย่าขวัญ",
    "War": "War Film|Krieg|Kriegsfilm|Guerre|Guerra|Bélico|Bélica|Bellico|Oorlog|Savaş|Wojenny|Военный|"
    "Війна|Воєнний|Військовий|Πόλεμος|Πολεμική|حرب|حربي|מלחמה|جنگی|युद्ध|戦争|战争|戰爭|전쟁|Perang"
    "|Krig|สงคราม|Chiến tranh|Krigsfilm",
    "Western": "Faroeste|Vaqueros|Oeste|Vahşi Batı|Kovboy|Вестерн|Γουέστερν|ويسترن|غربي|מערבון|وسترن|"
    "वेस्टर्न|पश्चिमी|西部劇|西部|서부|웨스턴|Koboi"
    "|غرب أمريكي|คาวบอยตะวันตก|Viễn Tây|Västern|ตะวันตก|Cao bồi",
}

#: As `Facet.synonyms` takes them.
FILM_GENRES: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (value, tuple(dict.fromkeys(names.split("|")))) for value, names in _NAMES.items()
)
