"""Words with which film pages name who did what, per role and language.

Used both ways: as the label before names ("Regia: …") and as the line after a name
("Federico Ferrone / Director"). Extending: as in `page_dump_labels.py`.
"""

from __future__ import annotations

ROLE_LABELS: dict[str, dict[str, str]] = {
    "director": {
        "en": "Director, Directors, Directed by, Direction", "it": "Regia, Regista, Registi, Diretto da",
        "fr": "Réalisateur, Réalisatrice, Réalisation, Réalisé par, De",
        "es": "Director, Directora, Dirección, Dirigida por, Directores",
        "pt": "Diretor, Diretora, Direção, Realizador, Realização, Dirigido por",
        "de": "Regie, Regisseur, Regisseurin, Regie von", "nl": "Regie, Regisseur",
        "pl": "Reżyseria, Reżyser, Reżyserka", "cs": "Režie, Režisér", "sk": "Réžia, Režisér",
        "ru": "Режиссер, Режиссёр, Режиссура, Режиссеры", "uk": "Режисер, Режисерка, Режисери",
        "tr": "Yönetmen, Yönetmenler, Yöneten", "id": "Sutradara, Direktur", "ms": "Pengarah",
        "ro": "Regizor, Regia, Regie", "hu": "Rendező, Rendezte", "sv": "Regissör, Regi, Regissörer",
        "da": "Instruktør, Instruktion", "no": "Regissør, Regi", "fi": "Ohjaaja, Ohjaus, Ohjaajat",
        "el": "Σκηνοθεσία, Σκηνοθέτης, Σκηνοθέτιδα", "ar": "المخرج, إخراج, الإخراج, مخرج",
        "fa": "کارگردان, کارگردانی", "he": "במאי, בימוי, במאית, הבמאי", "hi": "निर्देशक, निर्देशन",
        "ja": "監督", "ko": "감독, 연출", "zh": "导演, 導演", "vi": "Đạo diễn", "th": "ผู้กำกับ, กำกับโดย",
    },
    "cast": {
        "en": (
            "Full cast & crew, Full cast and crew, Cast, Starring, Stars, Actors, Top cast, Full cast, "
            "Top billed cast, Actor, Actress, Cast & crew, Cast and crew, With"
        ),
        "it": "Cast, Interpreti, Attori, Con, Attore",
        "fr": "Distribution, Acteurs, Avec, Casting, Acteur, Acteurs principaux",
        "es": "Reparto, Actores, Elenco, Protagonistas, Intérpretes",
        "pt": "Elenco, Atores, Actores, Elenco principal",
        "de": "Besetzung, Darsteller, Schauspieler, Mit, Darstellerin", "nl": "Acteurs, Rolverdeling, Cast",
        "pl": "Obsada, Aktorzy, Występują", "cs": "Hrají, Herci, Obsazení", "sk": "Hrajú, Herci, Obsadenie",
        "ru": "В ролях, Актеры, Актёры, В главных ролях, Актер", "uk": "У ролях, Актори, В ролях",
        "tr": "Oyuncular, Oyuncu kadrosu, Başrol, Oyuncu", "id": "Pemeran, Pemain, Aktor, Bintang",
        "ms": "Pelakon", "ro": "Distribuția, Actori, Distribuție, Cu",
        "hu": "Szereplők, Főszereplők, Színészek", "sv": "Skådespelare, Medverkande, I rollerna",
        "da": "Medvirkende, Skuespillere", "no": "Skuespillere, Medvirkende",
        "fi": "Näyttelijät, Pääosissa", "el": "Ηθοποιοί, Πρωταγωνιστούν, Διανομή, Παίζουν",
        "ar": "الممثلون, بطولة, طاقم العمل, طاقم التمثيل, الأبطال, تمثيل, فريق العمل",
        "fa": "بازیگران, ستارگان", "he": "שחקנים, משתתפים, צוות שחקנים, בהשתתפות, שחקן",
        "hi": "कलाकार, अभिनेता, मुख्य कलाकार", "ja": "出演, 出演者, キャスト, 主演",
        "ko": "출연, 출연진, 배우, 주연", "zh": "主演, 演员, 演員, 演员表", "vi": "Diễn viên",
        "th": "นักแสดง, นักแสดงนำ, นำแสดงโดย",
    },
    "screenplay": {
        "en": "Screenplay, Writer, Writers, Written by, Screenplay by, Script, Story, Screenwriter",
        "it": "Sceneggiatura, Sceneggiatore, Soggetto, Scritto da",
        "fr": "Scénario, Scénariste, Scénaristes", "es": "Guion, Guión, Guionista, Escrita por",
        "pt": "Roteiro, Roteirista, Argumento, Guião", "de": "Drehbuch, Drehbuchautor, Buch, Autor",
        "nl": "Scenario, Scenarist", "pl": "Scenariusz, Scenarzysta", "cs": "Scénář", "sk": "Scenár",
        "ru": "Сценарий, Сценарист, Автор сценария", "uk": "Сценарій, Сценарист",
        "tr": "Senaryo, Senarist, Yazar, Senaryo yazarı",
        "id": "Penulis, Penulis skenario, Skenario, Naskah", "ms": "Penulis skrip",
        "ro": "Scenariu, Scenarist", "hu": "Forgatókönyv, Forgatókönyvíró, Írta",
        "sv": "Manus, Manusförfattare", "da": "Manuskript, Manuskriptforfatter",
        "no": "Manus, Manusforfatter", "fi": "Käsikirjoitus, Käsikirjoittaja",
        "el": "Σενάριο, Σεναριογράφος", "ar": "المؤلف, تأليف, السيناريو, سيناريو, كاتب السيناريو, الكاتب",
        "fa": "نویسنده, فیلمنامه, نویسندگان", "he": "תסריט, תסריטאי, תסריטאית, כתב", "hi": "लेखक, पटकथा",
        "ja": "脚本, 脚本家", "ko": "각본, 각본가, 극본", "zh": "编剧, 編劇", "vi": "Biên kịch, Kịch bản",
        "th": "เขียนบท, บทภาพยนตร์, ผู้เขียนบท",
    },
    "producer": {
        "en": "Producer, Producers, Produced by, Executive producer", "it": "Produttore, Produttori",
        "fr": "Producteur, Productrice, Producteurs", "es": "Productor, Productores, Producción",
        "pt": "Produtor, Produtores, Produção", "de": "Produzent, Produzentin, Produzenten",
        "pl": "Producent, Producenci", "ru": "Продюсер, Продюсеры", "uk": "Продюсер, Продюсери",
        "tr": "Yapımcı, Yapımcılar", "id": "Produser", "hu": "Producer", "sv": "Producent",
        "el": "Παραγωγός", "ar": "المنتج, إنتاج", "fa": "تهیه‌کننده, تهیه کننده", "he": "מפיק, הפקה",
        "hi": "निर्माता", "ja": "製作, プロデューサー", "ko": "제작, 프로듀서", "zh": "制片人, 监制, 製片",
        "th": "ผู้อำนวยการสร้าง", "vi": "Nhà sản xuất",
    },
    "composer": {
        "en": "Composer, Music, Music by, Original music composer", "it": "Musiche, Colonna sonora",
        "fr": "Musique, Compositeur", "es": "Música, Compositor", "pt": "Música, Trilha sonora",
        "de": "Musik, Komponist", "pl": "Muzyka", "cs": "Hudba", "ru": "Композитор, Музыка",
        "uk": "Композитор", "tr": "Müzik, Besteci", "hu": "Zene", "sv": "Musik", "el": "Μουσική",
        "ar": "موسيقى, الموسيقى", "fa": "موسیقی, آهنگساز", "he": "מוזיקה, מוסיקה", "ja": "音楽",
        "ko": "음악", "zh": "音乐, 作曲",
    },
    "cinematography": {
        "en": "Cinematography, Director of photography, Cinematographer", "it": "Fotografia",
        "fr": "Photographie, Image, Directeur de la photographie", "es": "Fotografía", "pt": "Fotografia",
        "de": "Kamera", "pl": "Zdjęcia", "cs": "Kamera", "ru": "Оператор", "uk": "Оператор",
        "tr": "Görüntü yönetmeni", "hu": "Operatőr", "sv": "Foto", "el": "Φωτογραφία",
        "ar": "مدير التصوير, تصوير", "fa": "فیلمبردار", "he": "צילום, צלם", "ja": "撮影", "ko": "촬영",
        "zh": "摄影",
    },
    "editor": {
        "en": "Editor, Editing, Edited by", "it": "Montaggio", "fr": "Montage, Monteur",
        "es": "Montaje, Edición", "pt": "Montagem, Edição", "de": "Schnitt", "pl": "Montaż", "cs": "Střih",
        "ru": "Монтаж", "uk": "Монтаж", "tr": "Kurgu", "hu": "Vágó", "el": "Μοντάζ",
        "ar": "مونتاج, المونتاج", "fa": "تدوین, تدوینگر", "he": "עריכה, עורך", "ja": "編集", "ko": "편집",
        "zh": "剪辑",
    },
}
