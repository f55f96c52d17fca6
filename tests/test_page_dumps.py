"""What is read out of texts dumped from film sites: invented pages in sixteen languages, and the seeds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from indexer.document import Document
from indexer.extract import extract
from indexer.extract.page_dump import parse_page_dump
from indexer.extract.page_dump_lines import fold, is_related_heading
from indexer.sources import walk
from search.configuration import Settings

FOLDER = Path(__file__).parent / "page_dumps"
SHARED = Path(os.environ.get("SHARED", Path(__file__).resolve().parents[2] / "shared"))
needs_seeds = pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason="needs the seeds in the folder named by SHARED"
)

# file → title, date, runtime, genre, people (name, role), a word of the overview, related, further facts
EXPECTED: dict[str, dict[str, Any]] = {
    "russian": {
        "title": "Тихий берег",
        "date": "2016-10-14",
        "runtime": 108,
        "genre": ["драма", "мелодрама"],
        "people": [
            ("Анна Ветрова", "director"),
            ("Пётр Лагутин", "screenplay"),
            ("Ирина Солнцева", "cast"),
            ("Олег Дымов", "cast"),
            ("Нино Арвеладзе", "cast"),
        ],
        "overview": "последний концерт",
        "rating": 7.3,
        "votes": 2148,
        "country": ["Россия", "Грузия"],
        "related": [
            "Северный маяк",
            "Дом у реки",
            "Письма из Батуми",
            "Зимний трамвай",
            "Пекарня на углу",
            "Соль и ветер",
        ],
        "absent": ["marina88", "Комментарии", "КиноПричал", "Войти", "смотреть онлайн"],
    },
    "japanese": {
        "title": "灯台の手紙",
        "date": "2009-06-20",
        "runtime": 112,
        "genre": ["ドラマ", "ドキュメンタリー"],
        "people": [
            ("森川なつき", "director"),
            ("大野けい", "screenplay"),
            ("白石あかり", "cast"),
            ("高瀬りょう", "cast"),
            ("平田こうじ", "cast"),
        ],
        "overview": "三百通の手紙",
        "rating": 8.2,
        "country": ["日本"],
        "related": ["夕凪の町で", "潮騒日記", "青い港の朝", "銀河鉄道の終着駅", "さくら坂の一年"],
        "absent": ["ログイン", "利用規約", "シネマ灯"],
    },
    "arabic": {
        "title": "حارس البئر",
        "date": "2018-04-12",
        "runtime": 95,
        "genre": ["دراما"],
        "people": [
            ("سلمى الإدريسي", "director"),
            ("يونس البكري", "screenplay"),
            ("خالد منصور", "cast"),
            ("هدى الزهراء", "cast"),
            ("رشيد الوالي", "cast"),
        ],
        "overview": "آخر بئر",
        "rating": 6.9,
        "votes": 512,
        "country": ["المغرب"],
        "related": ["طريق الواحة", "ليل الدار البيضاء", "عطر التراب", "مدينة بلا نوافذ", "صيف العائلة"],
        "absent": ["تسجيل الدخول", "سينما الأطلس"],
    },
    "hebrew": {
        "title": "התחנה האחרונה",
        "date": "2012-05-03",
        "runtime": 95,
        "genre": ["דרמה", "קומדיה"],
        "people": [
            ("יעל ברנדס", "director"),
            ("אורי כרמון", "screenplay"),
            ("משה דגן", "cast"),
            ("תמר לביא", "cast"),
            ("רות אלמוג", "cast"),
        ],
        "overview": "נהג אוטובוס",
        "rating": 7.6,
        "related": ["הגשר הצפוני", "קפה בשדרה", "שבת של גשם", "אור בחלון", "הילדה מהקיוסק"],
        "absent": ["Instagram", "כל הזכויות", "חיפוש"],
    },
    "german": {
        "title": "Das Haus am Kanal",
        "date": "2015-03-05",
        "runtime": 94,
        "genre": ["Drama", "Krimi"],
        "people": [
            ("Marlies Verhoeven", "director"),
            ("Jan Brinkmann", "screenplay"),
            ("Tessa Lindgren", "cast"),
            ("Karl Oswald", "cast"),
            ("Mia Hofstede", "cast"),
        ],
        "overview": "junge Restauratorin",
        "rating": 7.1,
        "votes": 1304,
        "country": ["Niederlande", "Deutschland"],
        "original_title": "Het huis aan de gracht",
        "related": [
            "Nebel über Husum",
            "Die dritte Brücke",
            "Winter in Wismar",
            "Die Uhrmacherin",
            "Großes Kino, kleines Dorf",
            "Morgen kommt Besuch",
        ],
        "absent": ["FilmKompass", "Filmstart", "Impressum"],
    },
    "spanish": {
        "title": "El jardín de sal",
        "date": "2019-09-12",
        "runtime": 102,
        "genre": ["Drama", "Familia"],
        "people": [
            ("Lucía Paredes", "director"),
            ("Tomás Arrieta", "screenplay"),
            ("Lucía Paredes", "screenplay"),
            ("Elena Cortázar", "cast"),
            ("Julián Mora", "cast"),
            ("Inés Valdivia", "cast"),
        ],
        "overview": "Tres hermanas",
        "rating": 7.4,
        "votes": 860,
        "country": ["Chile"],
        "related": [
            "El último huerto",
            "Volcán de papel",
            "La tía Remedios",
            "La casa del norte",
            "Marea baja",
            "Los días del mineral",
            "Cartas a Valparaíso",
            "El vuelo corto",
        ],
        "absent": ["online gratis", "Aviso legal", "CineSalado"],
    },
    "french": {
        "title": "Les Mains du boulanger",
        "date": "2013-11-27",
        "runtime": 70,
        "genre": ["Documentaire"],
        "people": [("Camille Roussel", "director"), ("Louis Perrin", "cast"), ("Jeanne Perrin", "cast")],
        "overview": "allume le même four",
        "rating": 7.6,
        "country": ["Belgique"],
        "festival": ["Cinéma du réel", "Visions du Réel", "Festival dei Popoli"],
        "related": [
            "Le Temps des meules",
            "La Dernière Fournée",
            "Rue des Tanneurs",
            "Farine et poussière",
            "Le Grand Saut",
            "Minuit à Namur",
        ],
        "absent": ["Accueil", "Mentions légales"],
    },
    "korean": {
        "title": "골목의 여름",
        "date": "2017-08-03",
        "runtime": 103,
        "genre": ["드라마", "가족"],
        "people": [("윤가람", "director"), ("박서진", "cast"), ("이도현우", "cast"), ("최은솔", "cast")],
        "overview": "마지막 여름",
        "rating": 8.2,
        "country": ["대한민국"],
        "related": ["바다로 가는 버스", "옥상 위의 별", "느린 편지", "서울의 밤하늘", "두 번째 정거장"],
        "absent": ["로그인", "이용약관"],
    },
    "indonesian": {
        "title": "Perahu Terakhir",
        "date": "2020-02-16",
        "runtime": 98,
        "genre": ["Drama", "Petualangan"],
        "people": [
            ("Ratna Wulandari", "director"),
            ("Bayu Saputra", "cast"),
            ("Sekar Ayu", "cast"),
            ("Made Wirawan", "cast"),
        ],
        "overview": "badai besar",
        "rating": 7.5,
        "votes": 341,
        "country": ["Indonesia"],
        "related": [
            "Laut Bercerita Pelan",
            "Rumah di Atas Ombak",
            "Garam di Bibir",
            "Anak Karang",
            "Kopi Pagi Ini",
            "Surat untuk Ibu",
        ],
        "absent": ["Sub Indo", "servernya", "NontonPesisir"],
    },
    "polish": {
        "title": "Ostatni przystanek lato",
        "date": "2021-08-08",
        "runtime": 101,
        "genre": ["Dramat obyczajowy", "Komedia"],
        "people": [("Hanna Kruk", "director"), ("Marek Zielonka", "screenplay")],
        "overview": "rusza drezyną",
        "rating": 7.8,
        "votes": 12405,
        "country": ["Polska", "Czechy"],
        "related": [
            "Wakacje u Zofii",
            "Peron trzeci",
            "Niedziela w Radomiu",
            "Listonosz z Suwałk",
            "Kolory lipca",
        ],
        "absent": ["Zaloguj", "Regulamin"],
    },
    "turkish": {
        "title": "Taş Köprü",
        "date": "2014-09-11",
        "runtime": 95,
        "genre": ["Dram", "Aile"],
        "people": [
            ("Selin Akarsu", "director"),
            ("Deniz Yalın", "cast"),
            ("Ömer Taşkıran", "cast"),
            ("Feride Kaya", "cast"),
        ],
        "overview": "taş taş yeniden",
        "rating": 7.2,
        "country": ["Türkiye"],
        "related": ["Kayıp Değirmen", "Uzak Ova", "Rüzgârın Kızı", "İki Bilet", "Gece Vapuru"],
        "absent": ["Giriş yap", "hakları"],
    },
    "chinese": {
        "title": "长巷的雨",
        "date": "2015-06-12",
        "runtime": 108,
        "genre": ["剧情", "家庭"],
        "people": [
            ("沈青", "director"),
            ("沈青", "screenplay"),
            ("何远", "screenplay"),
            ("林一禾", "cast"),
            ("周默", "cast"),
            ("方晓", "cast"),
        ],
        "overview": "最后一个梅雨季",
        "rating": 7.9,
        "votes": 12034,
        "also_known_as": ["Rain in the Long Alley"],
        "related": ["渡口", "春天来信"],
        "absent": ["登录", "隐私政策", "12034"],
    },
    "thai": {
        "title": "เรือลำสุดท้าย",
        "date": "2019",
        "runtime": 104,
        "genre": ["ดราม่า"],
        "people": [("วีรชัย ทองดี", "director"), ("มาลี ศรีสุข", "cast"), ("ณัฐ แก้วใส", "cast")],
        "overview": "ชายชราผู้ซ่อมเรือ",
        "related": ["ทุ่งหญ้าแห้ง", "ฝนเดือนหก"],
        "absent": ["เข้าสู่ระบบ", "ความคิดเห็น"],
    },
    "vietnamese": {
        "title": "Chuyến đò cuối mùa",
        "date": "2018-11-27",
        "runtime": 96,
        "genre": ["Chính kịch", "Tài liệu"],
        "people": [("Lê Minh Khôi", "director"), ("Trần Thu Hà", "cast"), ("Phạm Quốc Bảo", "cast")],
        "overview": "Người lái đò già",
        "rating": 8.1,
        "country": ["Việt Nam"],
        "related": ["Mùa nước nổi", "Cánh đồng gió", "Tiếng ve"],
        "absent": ["Đăng nhập", "PhimSong"],
    },
    "hindi": {
        "title": "आखिरी डाकघर",
        "year": "2014",
        "runtime": 112,
        "genre": ["ड्रामा"],
        "people": [("मीरा जोशी", "director"), ("अनिल वर्मा", "cast"), ("सुनीता राव", "cast")],
        "overview": "सेवानिवृत्ति",
        "related": ["नदी के पार", "धूप का टुकड़ा"],
        "absent": ["लॉग इन", "सर्वाधिकार"],
    },
    "english": {
        "title": "The Glass Ferry",
        "date": "2006-09-06",
        "runtime": 118,
        "genre": ["Drama", "Romance"],
        "people": [
            ("Maren Holt", "director"),
            ("Maren Holt", "screenplay"),
            ("Ines Calder", "cast"),
            ("June Whitlock", "cast"),
            ("Rory Tate", "cast"),
            ("Sam Whitlock", "cast"),
        ],
        "overview": "inherit a river ferry",
        "rating": 7.2,
        "tagline": "Every crossing has a price.",
        "keywords": ["sister", "river", "debt"],
        "status": "Released",
        "related": ["Low Tide Hotel", "The Cartographer's Wife"],
        "absent": ["Login", "Revenue", "Play Trailer"],
    },
    "sidebar": {
        "title": "The Salt Road",
        "date": "2017",
        "runtime": 125,
        "genre": ["Adventure"],
        "people": [("Nadia Ferhat", "director"), ("Tom Ellery", "cast"), ("Samira Boukhris", "cast")],
        "overview": "retired surveyor",
        "related": [
            "Harbour of Glass",
            "Nine Quiet Rooms",
            "The Beekeeper's Alibi",
            "Dust Choir",
            "A Well in the North",
        ],
        "absent": ["Cinelantern", "Login"],
    },
}


def parsed(name: str) -> dict[str, Any]:
    record = parse_page_dump((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    assert record is not None, f"{name}.txt is not recognised as a page dump"
    return record


@pytest.mark.parametrize("name", EXPECTED)
def test_facts_of_a_page(name: str) -> None:
    record, expected = parsed(name), dict(EXPECTED[name])
    people = [(person["name"], person["role"]) for person in record["people"]]
    assert people == expected.pop("people")
    assert expected.pop("overview") in record["text"]
    expected.pop("absent")
    assert {key: record.get(key) for key in expected} == expected


@pytest.mark.parametrize("name", EXPECTED)
def test_other_films_and_furniture_are_not_searchable(name: str) -> None:
    record = parsed(name)
    searched = f"{record['title']}\n{record['text']}"
    found = [title for title in (*EXPECTED[name]["related"], *EXPECTED[name]["absent"]) if title in searched]
    assert found == []
    assert record["title"] not in record["related"]


@pytest.mark.parametrize(
    ("heading", "wanted"),
    [
        ("Similar Movie", True),
        ("Recommendation Movie", True),
        ("Related Movies✨", True),
        ("You may also like", True),
        ("TRENDING NOW", True),
        ("Ähnliche Filme", True),
        ("Films similaires", True),
        ("Похожие фильмы (12)", True),
        ("Film simili", True),
        ("Películas relacionadas", True),
        ("Filmes semelhantes", True),
        ("Benzer Filmler", True),
        ("おすすめ作品", True),
        ("相关推荐", True),
        ("관련 영화", True),
        ("أفلام ذات صلة", True),
        ("סרטים דומים", True),
        ("Phim liên quan", True),
        ("Παρόμοιες ταινίες", True),
        ("Liknande filmer", True),
        ("Hasonló filmek", True),
        ("Filme similare", True),
        ("Movies like The Salt Road", True),
        ("Il treno va a Mosca", False),
        ("The Last Picture Show", False),
        ("Overview", False),
        ("The New World", False),
        ("Latest Blood", False),
        ("犬夜叉 紅蓮の蓬莱島", False),
        ("More", True),
        ("Le film du désert", False),
    ],
)
def test_headings_of_lists_of_other_films(heading: str, wanted: bool) -> None:
    assert is_related_heading(fold(heading)) is wanted


ORDINARY = {
    "letter": "Dear Anna,\n\n"
    "the summer was long and we walked to the lake. The children send love.\n\nYours, Karl",
    "minutes": "Minutes of the meeting\n"
    "Date: 12/03/2020\nStatus: final\nAuthor: K. Berg\nLanguage: English\n\n"
    "Summary\nWe talked about the budget"
    " of the library and agreed that the reading room needs new lamps before the winter.\n",
    "essay": "On reading\n\n"
    "The director of the library once told me that a genre is a promise. I did not see it.\n\nToday I do.",
    "recipe": "Apple cake\n\nServes: 8\nTime: 50 minutes\nCountry: Austria\n\n"
    "Mix the butter with the sugar and fold in the flour.\n",
    "poem": "The road\n\nThe road goes on\nbeyond the hill\nand I go on\nbeyond it still\n",
    "list": "Milk\nBread\nApples\nCoffee\n",
}


@pytest.mark.parametrize("text", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_text_is_no_dump(text: str) -> None:
    assert parse_page_dump(text) is None


def test_title_out_of_the_text_is_marked() -> None:
    text = (
        "Runtime: 71 min\nDirector: Ada Holm\nOverview\n"
        "With letters and home movies, The Orchard Keepers follows three generations on one hill.\n"
        "The Orchard Keepers tells how they stayed all the same, and what it cost them over forty harvests.\n"
    )
    record = parse_page_dump(text)
    assert record is not None
    assert (record["title"], record["title_from"]) == ("The Orchard Keepers", "overview")


def test_names_before_and_after_their_roles() -> None:
    body = "Overview\nTwo brothers run a ferry across a border that nobody drew, until somebody draws it.\n"
    before = parse_page_dump(
        f"The Ferry (1999)\n2/3/1999•Drama•1h 30m\n{body}Ada Holm\nDirector\nIvo Brandt\nScreenplay\n"
    )
    after = parse_page_dump(
        f"The Ferry (1999)\n2/3/1999•Drama•1h 30m\n{body}Director\nAda Holm\nScreenplay\nIvo Brandt\n"
    )
    expected = [{"name": "Ada Holm", "role": "director"}, {"name": "Ivo Brandt", "role": "screenplay"}]
    assert before is not None
    assert before["people"] == expected
    assert after is not None
    assert after["people"] == expected


@pytest.fixture(scope="module")
def seeds() -> dict[str, Document]:
    files = walk([SHARED / "seeds"])
    found = [document for file in files for document in extract(file, Settings())]  # type: ignore[arg-type]
    assert all(isinstance(one, Document) for one in found)
    return {one.id: one for one in found if isinstance(one, Document)}


@needs_seeds
def test_seed_with_everything(seeds: dict[str, Document]) -> None:
    film = seeds["000.txt"]
    assert (film.title, film.year, film.date) == ("Il treno va a Mosca", 2013, "2013-11-27")
    assert film.extra["runtime"] == 70
    assert film.extra["genre"] == ["Documentary"]
    assert [(one.name, one.role) for one in film.people] == [
        ("Federico Ferrone", "director"),
        ("Jaime P. Cousido", "screenplay"),
    ]
    assert film.text.startswith("In the aftermath")
    assert film.text.endswith("come true.")
    assert {"Лобанов", "Fantômas se déchaîne", "Titan: The OceanGate Submersible Disaster"} <= set(
        film.extra["related"]
    )
    assert len(film.extra["related"]) == 42
    assert "Movie21" not in film.text


@needs_seeds
def test_seed_without_labels(seeds: dict[str, Document]) -> None:
    film = seeds["001.txt"]
    assert (film.title, film.extra["title_from"]) == ("The Train to Moscow", "overview")
    assert len(film.extra["festival"]) == 7
    assert "Cinema Verite" in film.extra["festival"]
    assert "hypnotic exploration" in film.text
    assert film.text.endswith("the end of a dream.")
    assert film.text.count("A poetic reflection") == 1
    assert not any(word in film.text for word in ("2275", "revenue", "preferred platform", "Karlovy"))


@needs_seeds
def test_seed_without_title(seeds: dict[str, Document]) -> None:
    film = seeds["002.txt"]
    assert (film.title, film.extra["title_from"]) == ("The scattered factory", "overview")
    assert (film.date, film.extra["runtime"], film.extra["votes"]) == ("2020-11-28", 57, 9)
    assert (film.extra["rating"], film.extra["popularity"], film.extra["status"]) == (7.8, 0.0936, "Released")
    assert film.extra["related"][:2] == ["Mamonas Assassinas: The Movie", "Dune: Part Two"]
    assert len(film.extra["related"]) == 8
    assert "country" not in film.extra
    assert "Dune" not in film.text
