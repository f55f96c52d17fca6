"""Words that belong to a site and not to the film its page is about.

`MENU_WORDS` are whole lines of menus and buttons, `FOOTER_FRAGMENTS` occur in lines of footers,
notices and counters, `TITLE_ADDITIONS` are what sites write around a title. Compared folded.
"""

from __future__ import annotations

MENU_WORDS: dict[str, str] = {
    "en": (
        "Home, Homepage, Movies, Movie, Film, Films, TV, TV Shows, TV Show, TV Series, Series, Show, "
        "Shows, Search, Menu, Login, Log in, Sign in, Sign up, Register, My account, My list, Watchlist, "
        "About, About us, Contact, Help, FAQ, Blog, News, Browse, Discover, All, More, See all, View all, "
        "Show more, Load more, Read more, Back, Next, Previous, Share, Facebook, Twitter, X, Instagram, "
        "YouTube, Telegram, TikTok, WhatsApp, Pinterest, Play, Watch, Watch now, Watch trailer, "
        "Play trailer, Trailer, Download, Stream, Top IMDb, A-Z, People, Forum, Apps, Language, English, "
        "Add to list, Add to watchlist, Favorite, Like, Report, HD, 4K, Full HD, CAM, Donate, Premium, "
        "Subscribe, Settings, Skip to content, Main menu, Advertise, Terms, Privacy, Cookies, Close, Rent, "
        "Buy, Get started, Sponsored, Documentaries, Festival, Festivals, Poster, Cinemas, Tickets, "
        "Open app"
    ),
    "it": (
        "Home page, Film, Serie TV, Cerca, Accedi, Registrati, Chi siamo, Contatti, Aiuto, Tutti, Altro, "
        "Indietro, Avanti, Condividi, Guarda, Scarica, Notizie, Attori, Cinema, Mostra tutto, Streaming"
    ),
    "fr": (
        "Accueil, Films, Séries, Séries TV, Rechercher, Recherche, Connexion, Se connecter, S'inscrire, "
        "Inscription, À propos, Contact, Aide, Tout, Voir plus, Voir tout, Partager, Regarder, "
        "Télécharger, Actualités, Cinéma, Cinémas, Stars, Mon compte, Ma liste, Bande-annonce, Trailers, "
        "Acheter un billet, Programme TV, Me connecter, Emissions TV"
    ),
    "es": (
        "Inicio, Películas, Pelis, Series, Buscar, Iniciar sesión, Entrar, Registrarse, Regístrate, "
        "Acerca de, Contacto, Ayuda, Todo, Ver más, Ver todo, Compartir, Ver, Ver ahora, Descargar, "
        "Noticias, Géneros, Mi lista, Tráiler, Ver tráiler, Peliculas, Portada, Cine, Festivales"
    ),
    "pt": (
        "Início, Filmes, Séries, Buscar, Pesquisar, Entrar, Cadastrar, Sobre, Contato, Ajuda, Tudo, "
        "Ver mais, Compartilhar, Assistir, Baixar, Notícias, Minha lista"
    ),
    "de": (
        "Startseite, Filme, Serien, Suche, Suchen, Anmelden, Einloggen, Registrieren, Über uns, Kontakt, "
        "Hilfe, Alle, Mehr, Mehr anzeigen, Alle anzeigen, Teilen, Ansehen, Jetzt ansehen, Nachrichten, "
        "Kino, Kinoprogramm, Merkliste, Merken, Trailer ansehen, Streaming, DVD & Blu-ray, Mediathek, "
        "Impressum, Datenschutz, AGB, Stars, Magazin, Kinos, Programm, Mein Konto"
    ),
    "nl": (
        "Startpagina, Films, Zoeken, Inloggen, Registreren, Over ons, Contact, Hulp, Alle, Meer, Delen, "
        "Bekijken, Nieuws"
    ),
    "pl": (
        "Strona główna, Filmy, Seriale, Szukaj, Zaloguj, Zaloguj się, Zarejestruj się, Rejestracja, O nas, "
        "Kontakt, Pomoc, Wszystkie, Więcej, Udostępnij, Oglądaj, Pobierz, Aktualności, Rankingi, Ranking, "
        "Program TV, Repertuar, Repertuar kin, VOD, Moje konto, Do obejrzenia, Chcę zobaczyć, Gry, Osoby, "
        "Newsy, Zobacz wszystkie"
    ),
    "cs": (
        "Domů, Filmy, Seriály, Hledat, Přihlásit, Přihlásit se, Registrace, O nás, Kontakt, Více, Sdílet, "
        "Žebříčky, Kino, Tvůrci"
    ),
    "sk": "Domov, Filmy, Seriály, Hľadať, Prihlásiť, Kontakt, Viac",
    "ru": (
        "Главная, Фильмы, Сериалы, Мультфильмы, Поиск, Войти, Вход, Регистрация, О нас, О проекте, "
        "Контакты, Помощь, Все, Ещё, Еще, Показать еще, Поделиться, Смотреть, Скачать, Новости, Меню, "
        "Подборки, Афиша, Онлайн-кинотеатр, Избранное, Буду смотреть, Аниме, Персоны, Билеты, Каталог, "
        "Смотреть трейлер, Смотреть все, Правообладателям, Статьи, Премьеры, Мой кабинет, Дорамы, Правила, "
        "Обратная связь"
    ),
    "uk": (
        "Головна, Фільми, Серіали, Пошук, Увійти, Реєстрація, Про нас, Контакти, Більше, Поділитися, "
        "Новини, Мультфільми, Афіша"
    ),
    "tr": (
        "Ana sayfa, Anasayfa, Filmler, Film, Diziler, Ara, Giriş, Giriş yap, Kayıt ol, Üye ol, Hakkımızda, "
        "İletişim, Yardım, Tümü, Daha fazla, Paylaş, İzle, Hemen izle, İndir, Haberler, Sinemalar, "
        "Fragmanlar, Listem, Listeme ekle, Oyuncular, Dizi, TV, Seanslar, Sinema, Fragmanı izle, "
        "Tümünü gör"
    ),
    "id": (
        "Beranda, Film, Serial, Serial TV, Cari, Masuk, Daftar, Tentang kami, Kontak, Bantuan, Semua, "
        "Selengkapnya, Lihat semua, Bagikan, Tonton, Nonton, Unduh, Berita, Tonton sekarang, "
        "Tonton trailer, Negara, Tahun, Genre, Putar, Favorit"
    ),
    "ms": "Laman utama, Filem, Cari, Log masuk, Daftar",
    "ro": (
        "Acasă, Filme, Seriale, Caută, Autentificare, Înregistrare, Despre noi, Contact, Mai mult, "
        "Distribuie, Știri"
    ),
    "hu": (
        "Főoldal, Kezdőlap, Filmek, Sorozatok, Keresés, Belépés, Bejelentkezés, Regisztráció, Rólunk, "
        "Kapcsolat, Továbbiak, Megosztás, Hírek, Mozik"
    ),
    "sv": (
        "Hem, Start, Filmer, Serier, Sök, Logga in, Registrera, Om oss, Kontakt, Hjälp, Alla, Mer, Dela, "
        "Titta, Se trailer, Nyheter, Biografer"
    ),
    "da": "Forside, Film, Serier, Søg, Log ind, Om os, Kontakt, Mere, Del",
    "no": "Hjem, Filmer, Serier, Søk, Logg inn, Om oss, Kontakt, Mer, Del",
    "fi": (
        "Etusivu, Elokuvat, Sarjat, Haku, Hae, Kirjaudu, Kirjaudu sisään, Tietoa, Yhteystiedot, Lisää, Jaa"
    ),
    "el": (
        "Αρχική, Ταινίες, Σειρές, Αναζήτηση, Σύνδεση, Εγγραφή, Σχετικά, Επικοινωνία, Περισσότερα, Όλα, "
        "Κοινοποίηση, Νέα, Μενού"
    ),
    "ar": (
        "الرئيسية, الصفحة الرئيسية, أفلام, افلام, الأفلام, مسلسلات, المسلسلات, بحث, ابحث, البحث, "
        "تسجيل الدخول, دخول, تسجيل, إنشاء حساب, من نحن, اتصل بنا, المزيد, الكل, عرض الكل, مشاركة, "
        "شاهد الآن, مشاهدة, تحميل, أخبار, القائمة, برامج, قائمتي, مسرحيات, فنانين, سينما, شاهد الإعلان"
    ),
    "fa": (
        "خانه, صفحه اصلی, فیلم, فیلم‌ها, سریال, سریال‌ها, جستجو, ورود, ثبت نام, درباره ما, تماس با ما, "
        "بیشتر, دانلود, اخبار, تماشا"
    ),
    "he": (
        "בית, דף הבית, ראשי, סרטים, סדרות, חיפוש, חפש, התחברות, התחבר, הרשמה, כניסה, אודות, צור קשר, עזרה, "
        "הכל, עוד, שתף, שיתוף, צפייה, צפה עכשיו, צפו עכשיו, הורדה, חדשות, תפריט, בתי קולנוע, כוכבים, "
        "טריילרים, הוסף לרשימה, הצג הכל"
    ),
    "hi": ("होम, मुख्य पृष्ठ, फिल्में, खोजें, लॉग इन, साइन अप, हमारे बारे में, संपर्क, और देखें, शेयर, समाचार"),
    "ja": (
        "ホーム, トップ, 映画, 映画一覧, ドラマ, アニメ, 検索, ログイン, 新規登録, 会員登録, メニュー, "
        "お問い合わせ, ヘルプ, すべて, もっと見る, シェア, 視聴する, 今すぐ見る, ニュース, マイリスト, "
        "ランキング, 上映スケジュール, 映画館, 俳優・監督, 予告編を見る, 作品情報, チケット, 劇場情報, "
        "一覧へ, お気に入り, 動画配信, Clip, チェックイン, すべて見る"
    ),
    "ko": (
        "홈, 영화, 드라마, 검색, 로그인, 회원가입, 메뉴, 고객센터, 도움말, 전체, 더보기, 공유, 공유하기, "
        "지금 보기, 재생, 뉴스, 찜하기, 예매, 예매하기, 상영관, TV, 시리즈, 마이페이지, 예고편 보기, "
        "전체보기, 웹툰, 찜, 평가하기, 극장"
    ),
    "zh": (
        "首页, 首頁, 电影, 電影, 电视剧, 電視劇, 综艺, 动漫, 搜索, 搜尋, 登录, 登入, 注册, 註冊, 菜单, "
        "关于我们, 關於我們, 联系我们, 帮助, 全部, 更多, 查看更多, 分享, 立即播放, 立即观看, 下载, 新闻, "
        "排行, 收藏, 影院, 想看, 看过"
    ),
    "vi": (
        "Trang chủ, Phim, Phim lẻ, Phim bộ, Tìm kiếm, Đăng nhập, Đăng ký, Giới thiệu, Liên hệ, Xem thêm, "
        "Tất cả, Chia sẻ, Xem phim, Xem ngay, Tin tức, Trailer"
    ),
    "th": (
        "หน้าแรก, หนัง, ภาพยนตร์, ซีรีส์, ค้นหา, เข้าสู่ระบบ, สมัครสมาชิก, เกี่ยวกับเรา, ติดต่อเรา, "
        "ดูเพิ่มเติม, ทั้งหมด, แชร์, ดูหนัง, ดูเลย, ข่าว, เมนู"
    ),
}

# A line with one of these is the site speaking.
FOOTER_FRAGMENTS = (
    "seguici su",
    "follow us",
    "folge uns",
    "suivez-nous",
    "síguenos",
    "siga-nos",
    "obserwuj nas",
    "login to edit",
    "©",
    "(c) 20",
    "all rights reserved",
    "tutti i diritti riservati",
    "tous droits réservés",
    "todos los derechos reservados",
    "todos os direitos reservados",
    "alle rechte vorbehalten",
    "wszelkie prawa zastrzeżone",
    "všechna práva vyhrazena",
    "все права защищены",
    "усі права захищено",
    "всі права захищені",
    "tüm hakları saklıdır",
    "hak cipta",
    "toate drepturile rezervate",
    "minden jog fenntartva",
    "με επιφύλαξη παντός",
    "جميع الحقوق محفوظة",
    "کلیه حقوق",
    "تمامی حقوق",
    "כל הזכויות שמורות",
    "सर्वाधिकार सुरक्षित",
    "無断転載",
    "無断複製",
    "all right reserved",
    "版权所有",
    "版權所有",
    "저작권",
    "무단 전재",
    "สงวนลิขสิทธิ์",
    "alle rettigheder",
    "med ensamrätt",
    "kaikki oikeudet",
    "auteursrecht",
    "privacy policy",
    "terms of service",
    "terms of use",
    "terms and conditions",
    "dmca",
    "cookie",
    "informativa sulla privacy",
    "politique de confidentialité",
    "mentions légales",
    "conditions générales",
    "política de privacidad",
    "aviso legal",
    "política de privacidade",
    "datenschutzerklärung",
    "nutzungsbedingungen",
    "polityka prywatności",
    "regulamin serwisu",
    "политика конфиденциальности",
    "пользовательское соглашение",
    "правообладател",
    "gizlilik politikası",
    "kullanım koşulları",
    "kebijakan privasi",
    "syarat dan ketentuan",
    "adatvédelmi",
    "سياسة الخصوصية",
    "الشروط والأحكام",
    "מדיניות פרטיות",
    "תנאי שימוש",
    "利用規約",
    "プライバシーポリシー",
    "特定商取引",
    "이용약관",
    "개인정보",
    "隐私政策",
    "免责声明",
    "服务条款",
    "chính sách bảo mật",
    "นโยบายความเป็นส่วนตัว",
    "powered by",
    "this site does not store",
    "does not store any files",
    "javascript",
    "partner platforms",
    "our network",
    "subscribe to our",
    "sign up for our",
    "newsletter",
    "download our app",
    "app store",
    "google play",
    "use the tmdb api",
    "endorsed or certified",
    "ad blocker",
    "adblock",
    "free trial",
    "log in to",
    "sign in to",
    "create an account",
    "abonnez-vous",
    "iscriviti alla",
    "suscríbete",
    "abonniere",
    "zapisz się do",
    "подпишитесь",
    "подписывайтесь",
    "abone ol",
    "berlangganan",
    "اشترك في",
    "הירשמו ל",
    "メルマガ",
    "무료 체험",
    "kami tidak menyimpan",
    "situs ini tidak",
    "не хранит",
    "speichert keine",
    "no almacena",
    "ne stocke aucun",
)

# The nouns that counters of sites count ("2275 films", "1.234 films online").
COUNTED = (
    "films",
    "film",
    "movies",
    "movie",
    "titles",
    "users",
    "members",
    "visitors",
    "online",
    "documentaries",
    "filme",
    "filmen",
    "filmy",
    "filmów",
    "filmů",
    "filmes",
    "películas",
    "titoli",
    "titres",
    "títulos",
    "фильмов",
    "фильма",
    "фільмів",
    "filmler",
    "judul",
    "ταινίες",
    "فيلم",
    "فيلما",
    "أفلام",
    "فیلم",
    "סרטים",
    "फिल्में",
    "作品",
    "本",
    "部",
    "편",
    "phim",
    "เรื่อง",
    "filmer",
    "elokuvaa",
    "filmek",
    "followers",
    "likes",
    "views",
    "comments",
    "reviews",
    "documentari",
    "documentaires",
    "documentales",
    "dokumentarfilme",
    "nutzer",
    "usuarios",
    "utenti",
    "utilisateurs",
    "пользователей",
    "użytkowników",
    "kullanıcı",
    "pengguna",
    "visits",
)

# What stands before or after a title in headings of pages; cut off wherever found.
TITLE_BEGINNINGS = (
    "watch",
    "watch online",
    "watch movie",
    "watch full movie",
    "stream",
    "download",
    "nonton",
    "nonton film",
    "nonton movie",
    "streaming film",
    "guarda",
    "ver",
    "ver película",
    "assistir",
    "regarder",
    "voir",
    "смотреть",
    "смотреть онлайн",
    "смотреть фильм",
    "фильм",
    "oglądaj",
    "izle",
    "مشاهدة فيلم",
    "مشاهدة وتحميل فيلم",
    "فيلم",
    "دانلود فیلم",
    "لצפייה",
    "צפייה ישירה",
    "映画",
    "영화",
    "电影",
    "xem phim",
    "ดูหนัง",
    "movie:",
    "film:",
    "film",
)
TITLE_ENDINGS = (
    "online",
    "online free",
    "watch online",
    "full movie",
    "full movie online free",
    "streaming",
    "streaming ita",
    "streaming vf",
    "en streaming",
    "movie",
    "trailer",
    "sub indo",
    "subtitle indonesia",
    "sub indo lk21",
    "film complet",
    "película completa",
    "online gratis",
    "ganzer film",
    "смотреть онлайн",
    "смотреть онлайн бесплатно",
    "онлайн",
    "cały film",
    "izle",
    "full izle",
    "türkçe dublaj izle",
    "مترجم",
    "مترجم اون لاين",
    "اون لاين",
    "زیرنویس فارسی",
    "לצפייה ישירה",
    "作品情報",
    "映画情報",
    "다시보기",
    "在线观看",
    "vietsub",
    "เต็มเรื่อง",
    "imdb",
    "filmweb",
    "kinopoisk",
    "review",
    "reviews",
    "cast & crew",
    "hd",
    "film",
    "фильм",
    "filmi",
    "映画",
)
