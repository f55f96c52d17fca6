"""Names of genres as film pages write them without a label, a row per language.

They tell the genre apart from the other parts of a line of facts ("2013 · Documentary · Italy").
Compared folded. The value is kept as the page has it.
"""

from __future__ import annotations

GENRES: dict[str, str] = {
    "en": (
        "Action, Adventure, Animation, Animated, Biography, Comedy, Crime, Documentary, Drama, Family, "
        "Fantasy, Film noir, Noir, History, Historical, Horror, Music, Musical, Mystery, Romance, "
        "Romantic, Sci-Fi, Science Fiction, Short, Short film, Sport, Thriller, War, Western, TV Movie, "
        "Experimental, Docudrama, Martial arts, Satire, Kids, Superhero, Suspense, Dark comedy, "
        "Black comedy, Road movie, Psychological thriller, Romantic comedy, Adult, Anime, Concert, Reality"
    ),
    "it": (
        "Azione, Avventura, Animazione, Biografico, Commedia, Crimine, Poliziesco, Documentario, "
        "Drammatico, Dramma, Famiglia, Fantastico, Fantascienza, Storico, Storia, Orrore, Musica, "
        "Musicale, Mistero, Giallo, Sentimentale, Romantico, Cortometraggio, Guerra, Western"
    ),
    "fr": (
        "Aventure, Animation, Biographie, Biopic, Comédie, Comédie dramatique, Policier, Documentaire, "
        "Drame, Famille, Familial, Fantastique, Fantaisie, Historique, Histoire, Épouvante, Horreur, "
        "Musique, Comédie musicale, Mystère, Romance, Science-fiction, Court métrage, Guerre, Téléfilm"
    ),
    "es": (
        "Acción, Aventura, Aventuras, Animación, Biografía, Biográfico, Comedia, Crimen, Policíaco, "
        "Documental, Familia, Familiar, Fantasía, Ciencia ficción, Historia, Histórico, Terror, Música, "
        "Musical, Misterio, Cortometraje, Suspenso, Suspense, Guerra, Bélica, Bélico, Intriga, "
        "Comedia dramática"
    ),
    "pt": (
        "Ação, Acção, Aventura, Animação, Biografia, Comédia, Policial, Documentário, Família, Fantasia, "
        "Ficção científica, História, Histórico, Terror, Mistério, Curta-metragem, Guerra, Faroeste, "
        "Cinema TV, Comédia dramática"
    ),
    "de": (
        "Abenteuer, Animationsfilm, Biografie, Komödie, Krimi, Dokumentarfilm, Dokumentation, Doku, "
        "Familie, Familienfilm, Historie, Historienfilm, Liebesfilm, Kurzfilm, Kriegsfilm, Tragikomödie, "
        "Zeichentrick, Spielfilm, Melodram, Musikfilm, Heimatfilm, Fernsehfilm, Horrorfilm, Kinderfilm"
    ),
    "nl": (
        "Actie, Avontuur, Animatie, Komedie, Misdaad, Documentaire, Familie, Historisch, Muziek, Mysterie, "
        "Romantiek, Oorlog, Korte film"
    ),
    "pl": (
        "Akcja, Przygodowy, Animacja, Animowany, Biograficzny, Komedia, Kryminał, Kryminalny, Dokument, "
        "Dokumentalny, Dramat, Familijny, Historyczny, Muzyczny, Tajemnica, Romans, Obyczajowy, "
        "Krótkometrażowy, Wojenny, Psychologiczny, Komedia romantyczna, Komediodramat, Sensacyjny, "
        "Melodramat"
    ),
    "cs": (
        "Akční, Dobrodružný, Animovaný, Životopisný, Komedie, Krimi, Kriminální, Dokument, Dokumentární, "
        "Rodinný, Historický, Hudební, Mysteriózní, Romantický, Krátkometrážní, Válečný, Psychologický"
    ),
    "sk": (
        "Akčný, Dobrodružný, Animovaný, Komédia, Dokumentárny, Dráma, Rodinný, Historický, Romantický, "
        "Vojnový"
    ),
    "ru": (
        "Боевик, Приключения, Приключение, Мультфильм, Анимация, Биография, Комедия, Криминал, Детектив, "
        "Документальный, Документальное, Драма, Семейный, Фэнтези, Фантастика, История, Исторический, "
        "Ужасы, Музыка, Мюзикл, Мелодрама, Короткометражка, Триллер, Военный, Вестерн, Спорт, Аниме"
    ),
    "uk": (
        "Бойовик, Пригоди, Мультфільм, Анімація, Біографія, Комедія, Кримінал, Детектив, Документальний, "
        "Сімейний, Фентезі, Історія, Історичний, Жахи, Музика, Мелодрама, Короткометражний, Трилер, "
        "Військовий, Вестерн, Фантастика"
    ),
    "tr": (
        "Aksiyon, Macera, Animasyon, Biyografi, Komedi, Suç, Polisiye, Belgesel, Dram, Aile, Fantastik, "
        "Tarih, Tarihi, Korku, Müzik, Müzikal, Gizem, Romantik, Bilim kurgu, Bilim-Kurgu, Kısa film, "
        "Gerilim, Savaş, Vahşi Batı"
    ),
    "id": (
        "Aksi, Laga, Petualangan, Animasi, Biografi, Komedi, Kejahatan, Kriminal, Dokumenter, Keluarga, "
        "Fantasi, Sejarah, Horor, Musik, Misteri, Romantis, Romansa, Cerita Fiksi, Film Pendek, Perang, "
        "Fiksi Ilmiah"
    ),
    "ro": (
        "Acțiune, Aventuri, Animație, Comedie, Crimă, Polițist, Documentar, Dramă, Familie, Istoric, "
        "Groază, Mister, Dragoste, Război"
    ),
    "hu": (
        "Akció, Kaland, Animációs, Életrajzi, Vígjáték, Bűnügyi, Krimi, Dokumentumfilm, Dokumentum, Dráma, "
        "Családi, Történelmi, Horror, Zenés, Misztikus, Romantikus, Rövidfilm, Háborús"
    ),
    "sv": (
        "Äventyr, Animerat, Komedi, Kriminal, Deckare, Dokumentär, Familj, Historia, Skräck, Musik, "
        "Mysterium, Romantik, Kortfilm, Krig"
    ),
    "da": "Eventyr, Komedie, Krimi, Dokumentarfilm, Familiefilm, Historie, Gyser, Musik, Krig",
    "no": "Eventyr, Komedie, Krim, Dokumentar, Familie, Skrekk, Krig",
    "fi": (
        "Toiminta, Seikkailu, Animaatio, Komedia, Rikos, Dokumentti, Draama, Perhe, Historia, Kauhu, "
        "Musiikki, Romantiikka, Jännitys, Sota, Dokumenttielokuva"
    ),
    "el": (
        "Δράση, Περιπέτεια, Κινούμενα Σχέδια, Βιογραφία, Κωμωδία, Έγκλημα, Αστυνομική, Ντοκιμαντέρ, Δράμα, "
        "Δραματική, Οικογενειακή, Φαντασίας, Ιστορική, Τρόμου, Μουσική, Μυστηρίου, Ρομαντική, Αισθηματική, "
        "Μικρού μήκους, Θρίλερ, Πολεμική"
    ),
    "ar": (
        "أكشن, حركة, مغامرة, مغامرات, رسوم متحركة, سيرة ذاتية, كوميديا, كوميدي, جريمة, وثائقي, دراما, "
        "عائلي, خيال, فانتازيا, تاريخي, تاريخ, رعب, موسيقى, موسيقي, غموض, رومانسي, رومانسية, خيال علمي, "
        "فيلم قصير, إثارة, تشويق, حرب"
    ),
    "fa": (
        "اکشن, ماجراجویی, انیمیشن, زندگی‌نامه, کمدی, جنایی, مستند, درام, خانوادگی, فانتزی, تاریخی, ترسناک, "
        "موزیکال, معمایی, عاشقانه, علمی تخیلی, کوتاه, هیجان انگیز, جنگی"
    ),
    "he": (
        "פעולה, הרפתקאות, הרפתקה, אנימציה, ביוגרפיה, קומדיה, פשע, דוקומנטרי, תיעודי, דרמה, משפחה, פנטזיה, "
        "היסטוריה, היסטורי, אימה, מוזיקה, מחזמר, מסתורין, רומנטיקה, רומנטי, מדע בדיוני, סרט קצר, מתח, "
        "מלחמה"
    ),
    "hi": (
        "एक्शन, रोमांच, एनिमेशन, जीवनी, कॉमेडी, हास्य, अपराध, वृत्तचित्र, डॉक्यूमेंट्री, नाटक, ड्रामा, "
        "पारिवारिक, फंतासी, इतिहास, डरावनी, हॉरर, संगीत, रहस्य, रोमांस, थ्रिलर, युद्ध"
    ),
    "ja": (
        "アクション, アドベンチャー, 冒険, アニメ, アニメーション, 伝記, コメディ, コメディー, 犯罪, "
        "クライム, ドキュメンタリー, ドラマ, ファミリー, ファンタジー, 歴史, ホラー, 音楽, ミュージカル, "
        "ミステリー, ロマンス, 恋愛, 青春, SF, 短編, サスペンス, スリラー, 戦争, 西部劇, 時代劇, "
        "ヒューマンドラマ"
    ),
    "ko": (
        "액션, 모험, 어드벤처, 애니메이션, 전기, 코미디, 범죄, 다큐멘터리, 드라마, 가족, 판타지, 역사, "
        "사극, 공포, 호러, 음악, 뮤지컬, 미스터리, 로맨스, 멜로, 멜로/로맨스, SF, 단편, 스릴러, 전쟁, 서부"
    ),
    "zh": (
        "动作, 動作, 冒险, 冒險, 动画, 動畫, 传记, 傳記, 喜剧, 喜劇, 犯罪, 纪录片, 紀錄片, 剧情, 劇情, "
        "家庭, 奇幻, 历史, 歷史, 恐怖, 惊悚, 驚悚, 音乐, 音樂, 歌舞, 悬疑, 懸疑, 爱情, 愛情, 科幻, 短片, "
        "战争, 戰爭, 西部, 武侠, 武俠, 古装"
    ),
    "vi": (
        "Hành động, Phiêu lưu, Hoạt hình, Tiểu sử, Hài, Hài hước, Hình sự, Tội phạm, Tài liệu, Chính kịch, "
        "Tâm lý, Gia đình, Giả tưởng, Lịch sử, Kinh dị, Âm nhạc, Bí ẩn, Lãng mạn, Tình cảm, Viễn tưởng, "
        "Phim ngắn, Chiến tranh"
    ),
    "th": (
        "แอ็คชั่น, แอคชั่น, ผจญภัย, แอนิเมชั่น, การ์ตูน, ชีวประวัติ, ตลก, อาชญากรรม, สารคดี, ดราม่า, "
        "ครอบครัว, แฟนตาซี, ประวัติศาสตร์, สยองขวัญ, เพลง, ลึกลับ, โรแมนติก, วิทยาศาสตร์, ระทึกขวัญ, "
        "สงคราม"
    ),
}
