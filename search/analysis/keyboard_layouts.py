"""What does each key of each keyboard layout write?

A layout lists what the 47 character keys write, without and with shift, in the order of a US
keyboard, row by row from the top left. The arrangements are those of the X keyboard
configuration and of Windows, which agree on the letters. What is done with them stands in
`keyboards.py`. To add a layout, add an entry to the table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: In the table: a key that writes nothing of use.
NOTHING = "∅"
#: In front of a combining mark: a dead key, whose mark goes onto the next letter.
DEAD = "◌"


@dataclass(frozen=True, slots=True)
class Layout:
    """One keyboard layout.

    `script` is its ISO 15924 code; `base` and `shift` hold what the 47 keys write (a few write
    two characters). `unwritten` finds in a text what nobody writes in this script, such as a
    Hebrew final letter inside a word. `key_of` leads from what is written to (key, shifted).
    """

    name: str
    script: str
    base: tuple[str, ...]
    shift: tuple[str, ...]
    unwritten: re.Pattern[str]
    key_of: dict[str, tuple[int, bool]] = field(compare=False, repr=False)

    def written(self, key: int, shifted: bool) -> str:
        """What a key writes, or the empty string."""
        token = (self.shift if shifted else self.base)[key]
        return "" if token == NOTHING else token


_NEVER = r"(?!)"


def _layout(name: str, script: str, base: str, shift: str, *, unwritten: str = _NEVER) -> Layout:
    rows = (tuple(base.split(" ")), tuple(shift.split(" ")))
    key_of: dict[str, tuple[int, bool]] = {}
    for shifted, row in enumerate(rows):
        for key, token in enumerate(row):
            if token != NOTHING:
                key_of.setdefault(token, (key, bool(shifted)))
    return Layout(name, script, *rows, re.compile(unwritten, re.IGNORECASE), key_of)


_TABLE = (
    _layout(
        "us",
        "Latn",  # QWERTY
        "` 1 2 3 4 5 6 7 8 9 0 - = q w e r t y u i o p [ ] \\ a s d f g h j k l ; ' z x c v b n m , . /",
        '~ ! @ # $ % ^ & * ( ) _ + Q W E R T Y U I O P { } | A S D F G H J K L : " Z X C V B N M < > ?',
    ),
    _layout(
        "fr",
        "Latn",  # AZERTY
        "² & é \" ' ( - è _ ç à ) = a z e r t y u i o p ◌̂ $ * q s d f g h j k l m ù w x c v b n , ; : !",
        "~ 1 2 3 4 5 6 7 8 9 0 ° + A Z E R T Y U I O P ◌̈ £ µ Q S D F G H J K L M % W X C V B N ? . / §",
    ),
    _layout(
        "de",
        "Latn",  # QWERTZ
        "◌̂ 1 2 3 4 5 6 7 8 9 0 ß ◌́ q w e r t z u i o p ü + # a s d f g h j k l ö ä y x c v b n m , . -",
        "° ! \" § $ % & / ( ) = ? ◌̀ Q W E R T Z U I O P Ü * ' A S D F G H J K L Ö Ä Y X C V B N M ; : _",
    ),
    _layout(
        "es",
        "Latn",
        "º 1 2 3 4 5 6 7 8 9 0 ' ¡ q w e r t y u i o p ◌̀ + ç a s d f g h j k l ñ ◌́ z x c v b n m , . -",
        'ª ! " · $ % & / ( ) = ? ¿ Q W E R T Y U I O P ◌̂ * Ç A S D F G H J K L Ñ ◌̈ Z X C V B N M ; : _',
    ),
    _layout(
        "it",
        "Latn",
        "\\ 1 2 3 4 5 6 7 8 9 0 ' ì q w e r t y u i o p è + ù a s d f g h j k l ò à z x c v b n m , . -",
        '| ! " £ $ % & / ( ) = ? ^ Q W E R T Y U I O P é * § A S D F G H J K L ç ° Z X C V B N M ; : _',
    ),
    _layout(
        "sv",
        "Latn",  # also Finnish
        "§ 1 2 3 4 5 6 7 8 9 0 + ◌́ q w e r t y u i o p å ◌̈ ' a s d f g h j k l ö ä z x c v b n m , . -",
        '½ ! " # ¤ % & / ( ) = ? ◌̀ Q W E R T Y U I O P Å ◌̂ * A S D F G H J K L Ö Ä Z X C V B N M ; : _',
    ),
    _layout(
        "cs",
        "Latn",
        "; + ě š č ř ž ý á í é = ◌́ q w e r t z u i o p ú ) ◌̈ a s d f g h j k l ů § y x c v b n m , . -",
        "◌̊ 1 2 3 4 5 6 7 8 9 0 % ◌̌ Q W E R T Z U I O P / ( ' A S D F G H J K L \" ! Y X C V B N M ? : _",
    ),
    _layout(
        "hu",
        "Latn",
        "0 1 2 3 4 5 6 7 8 9 ö ü ó q w e r t z u i o p ő ú ű a s d f g h j k l é á y x c v b n m , . -",
        "§ ' \" + ! % / = ( ) Ö Ü Ó Q W E R T Z U I O P Ő Ú Ű A S D F G H J K L É Á Y X C V B N M ? : _",
    ),
    _layout(
        "tr",
        "Latn",  # Turkish Q
        '" 1 2 3 4 5 6 7 8 9 0 * - q w e r t y u ı o p ğ ü , a s d f g h j k l ş i z x c v b n m ö ç .',
        "é ! ' ^ + % & / ( ) = ? _ Q W E R T Y U I O P Ğ Ü ; A S D F G H J K L Ş İ Z X C V B N M Ö Ç :",
    ),
    _layout(
        "hr",
        "Latn",  # also Slovene and Serbian in Latin letters
        "` 1 2 3 4 5 6 7 8 9 0 ' + q w e r t z u i o p š đ ž a s d f g h j k l č ć y x c v b n m , . -",
        '~ ! " # $ % & / ( ) = ? * Q W E R T Z U I O P Š Đ Ž A S D F G H J K L Č Ć Y X C V B N M ; : _',
    ),
    _layout(
        "ru",
        "Cyrl",  # ЙЦУКЕН
        "ё 1 2 3 4 5 6 7 8 9 0 - = й ц у к е н г ш щ з х ъ \\ ф ы в а п р о л д ж э я ч с м и т ь б ю .",
        'Ё ! " № ; % : ? * ( ) _ + Й Ц У К Е Н Г Ш Щ З Х Ъ / Ф Ы В А П Р О Л Д Ж Э Я Ч С М И Т Ь Б Ю ,',
        unwritten=r"(?:^|\s)[ьъ]|[ьъ][ьъы]",
    ),
    _layout(
        "uk",
        "Cyrl",
        "' 1 2 3 4 5 6 7 8 9 0 - = й ц у к е н г ш щ з х ї ґ ф і в а п р о л д ж є я ч с м и т ь б ю .",
        '~ ! " № ; % : ? * ( ) _ + Й Ц У К Е Н Г Ш Щ З Х Ї Ґ Ф І В А П Р О Л Д Ж Є Я Ч С М И Т Ь Б Ю ,',
        unwritten=r"(?:^|\s)ь",
    ),
    _layout(
        "be",
        "Cyrl",
        "ё 1 2 3 4 5 6 7 8 9 0 - = й ц у к е н г ш ў з х ' \\ ф ы в а п р о л д ж э я ч с м і т ь б ю .",
        "Ё ! \" № ; % : ? * ( ) _ + Й Ц У К Е Н Г Ш Ў З Х ' / Ф Ы В А П Р О Л Д Ж Э Я Ч С М І Т Ь Б Ю ,",
        unwritten=r"(?:^|\s)[ь']",
    ),
    _layout(
        "bg",
        "Cyrl",  # BDS
        "( 1 2 3 4 5 6 7 8 9 0 - . , у е и ш щ к с д з ц ; „ ь я а о ж г т н в м ч ю й ъ э ф х п р л б",
        ') ! ? + " % = : / – № $ € ы У Е И Ш Щ К С Д З Ц § “ ѝ Я А О Ж Г Т Н В М Ч Ю Й Ъ Э Ф Х П Р Л Б',
        unwritten=r"(?:^|\s)ь",
    ),
    _layout(
        "bg-phonetic",
        "Cyrl",
        "ч 1 2 3 4 5 6 7 8 9 0 - = я в е р т ъ у и о п ш щ ю а с д ф г х й к л ; ' з ь ц ж б н м , . /",
        'Ч ! @ № $ % € § * ( ) – + Я В Е Р Т Ъ У И О П Ш Щ Ю А С Д Ф Г Х Й К Л : " З ѝ Ц Ж Б Н М „ “ ?',
        unwritten=r"(?:^|\s)ь",
    ),
    _layout(
        "sr",
        "Cyrl",
        "` 1 2 3 4 5 6 7 8 9 0 ' + љ њ е р т з у и о п ш ђ ж а с д ф г х ј к л ч ћ ѕ џ ц в б н м , . -",
        '~ ! " # $ % & / ( ) = ? * Љ Њ Е Р Т З У И О П Ш Ђ Ж А С Д Ф Г Х Ј К Л Ч Ћ Ѕ Џ Ц В Б Н М ; : _',
    ),
    _layout(
        "mk",
        "Cyrl",
        "◌̀ 1 2 3 4 5 6 7 8 9 0 - = љ њ е р т ѕ у и о п ш ѓ ж а с д ф г х ј к л ч ќ з џ ц в б н м , . /",
        "~ ! „ “ $ % ^ & * ( ) _ + Љ Њ Е Р Т Ѕ У И О П Ш Ѓ Ж А С Д Ф Г Х Ј К Л Ч Ќ З Џ Ц В Б Н М ; : ?",
    ),
    _layout(
        "kk",
        "Cyrl",
        '( " ә і ң ғ , . ү ұ қ ө һ й ц у к е н г ш щ з х ъ \\ ф ы в а п р о л д ж э я ч с м и т ь б ю №',
        ") ! Ә І Ң Ғ ; : Ү Ұ Қ Ө Һ Й Ц У К Е Н Г Ш Щ З Х Ъ / Ф Ы В А П Р О Л Д Ж Э Я Ч С М И Т Ь Б Ю ?",
        unwritten=r"(?:^|\s)[ьъ]",
    ),
    _layout(
        "mn",
        "Cyrl",
        "= 1 2 3 4 5 6 7 8 9 0 е щ ф ц у ж э н г ш ү з к ъ ! й ы б ө а х р о л д п я ч ё с м и т ь в ю",
        '+ № - " ₮ : . _ , % ? Е Щ Ф Ц У Ж Э Н Г Ш Ү З К Ъ | Й Ы Б Ө А Х Р О Л Д П Я Ч Ё С М И Т Ь В Ю',
        unwritten=r"(?:^|\s)[ьъ]",
    ),
    _layout(
        "el",
        "Grek",
        "` 1 2 3 4 5 6 7 8 9 0 - = ; ς ε ρ τ υ θ ι ο π [ ] \\ α σ δ φ γ η ξ κ λ ◌́ ' ζ χ ψ ω β ν μ , . /",
        '~ ! @ # $ % ^ & * ( ) _ + : Σ Ε Ρ Τ Υ Θ Ι Ο Π { } | Α Σ Δ Φ Γ Η Ξ Κ Λ ◌̈ " Ζ Χ Ψ Ω Β Ν Μ < > ?',
        unwritten=r"ς\w",
    ),
    _layout(
        "he",
        "Hebr",
        "; 1 2 3 4 5 6 7 8 9 0 - = / ' ק ר א ט ו ן ם פ ] [ \\ ש ד ג כ ע י ח ל ך ף , ז ס ב ה נ מ צ ת ץ .",
        '~ ! @ # $ % ^ & * ) ( _ + Q W E R T Y U I O P } { | A S D F G H J K L : " Z X C V B N M > < ?',
        unwritten=r"[ךםןףץ][א-ת]",
    ),
    _layout(
        "ar",
        "Arab",  # 101
        "ذ 1 2 3 4 5 6 7 8 9 0 - = ض ص ث ق ف غ ع ه خ ح ج د \\ ش س ي ب ل ا ت ن م ك ط ئ ء ؤ ر لا ى ة و ز ظ",
        "ّ ! @ # $ % ^ & * ) ( _ + َ ً ُ ٌ لإ إ ` ÷ × ؛ < > … ِ ٍ ] [ لأ أ ـ ، / : \" ~ ْ } { لآ آ ' , . ؟",
        unwritten=r"[ىة][ء-ي]",
    ),
    _layout(
        "fa",
        "Arab",  # ISIRI 9147
        "\u200d ۱ ۲ ۳ ۴ ۵ ۶ ۷ ۸ ۹ ۰ - = ض ص ث ق ف غ ع ه خ ح ج چ \\ ش س ی ب ل ا ت ن م ک گ ظ ط ز ر ذ د پ و . /",
        "÷ ! ٬ ٫ ﷼ ٪ × ، * ) ( ـ + ْ ٌ ٍ ً ُ ِ َ ّ ] [ } { | ؤ ئ ي إ أ آ ة » « : ؛ ك ٓ ژ ٰ \u200c ٔ ء > < ؟",
    ),
    _layout(
        "ur",
        "Arab",
        "ً 1 2 3 4 5 6 7 8 9 0 - = ق و ع ر ت ے ء ی ہ پ ] [ \\ ا س د ف گ ح ج ک ل ؛ ' ز ش چ ط ب ن م ، ۔ /",
        '~ ! @ # $ % ^ & * ) ( _ + ْ ؤ ٰ ڑ ٹ َ ئ ِ ۃ ُ } { | آ ص ڈ ّ غ ھ ض خ ٔ : " ذ ژ ث ظ . ں ٘ < > ؟',
    ),
    _layout(
        "hi",
        "Deva",  # InScript
        "ॊ 1 2 3 4 5 6 7 8 9 0 - ृ ौ ै ा ी ू ब ह ग द ज ड ़ ॉ ो े ् ि ु प र क त च ट ॆ ं म न व ल स , . य",
        "ऒ ऍ ॅ # $ % ^ & * ( ) ः ऋ औ ऐ आ ई ऊ भ ङ घ ध झ ढ ञ ऑ ओ ए अ इ उ फ ऱ ख थ छ ठ ऎ ँ ण ऩ ऴ ळ श ष । य़",
        unwritten=r"(?:^|[\sअ-औा-ौ])[ा-ौ]",
    ),
    _layout(
        "th",
        "Thai",  # Kedmanee
        "_ ๅ / - ภ ถ ุ ึ ค ต จ ข ช ๆ ไ ำ พ ะ ั ี ร น ย บ ล ฃ ฟ ห ก ด เ ้ ่ า ส ว ง ผ ป แ อ ิ ื ท ม ใ ฝ",
        '% + ๑ ๒ ๓ ๔ ู ฿ ๕ ๖ ๗ ๘ ๙ ๐ " ฎ ฑ ธ ํ ๊ ณ ฯ ญ ฐ , ฅ ฤ ฆ ฏ โ ฌ ็ ๋ ษ ศ ซ . ( ) ฉ ฮ ฺ ์ ? ฒ ฬ ฦ',
        unwritten=r"(?:^|\s)[ะาำๅๆ]|[เแโใไะาำๅ][ัิ-ฺ็-๎]|[เแโใไ](?![ก-ฮเแโใไ])",
    ),
    _layout(
        "ko",
        "Hang",  # Dubeolsik
        "` 1 2 3 4 5 6 7 8 9 0 - = ㅂ ㅈ ㄷ ㄱ ㅅ ㅛ ㅕ ㅑ ㅐ ㅔ [ ] \\ ㅁ ㄴ ㅇ ㄹ ㅎ ㅗ ㅓ ㅏ ㅣ ; ' ㅋ ㅌ ㅊ ㅍ ㅠ ㅜ ㅡ , . /",  # noqa: E501
        '~ ! @ # $ % ^ & * ( ) _ + ㅃ ㅉ ㄸ ㄲ ㅆ ㅛ ㅕ ㅑ ㅒ ㅖ { } | ㅁ ㄴ ㅇ ㄹ ㅎ ㅗ ㅓ ㅏ ㅣ : " ㅋ ㅌ ㅊ ㅍ ㅠ ㅜ ㅡ < > ?',  # noqa: E501
        unwritten=r"[ㄱ-ㅣ]",
    ),
    _layout(
        "ka",
        "Geor",
        "„ 1 2 3 4 5 6 7 8 9 0 - = ქ წ ე რ ტ ყ უ ი ო პ [ ] \\ ა ს დ ფ გ ჰ ჯ კ ლ ; ' ზ ხ ც ვ ბ ნ მ , . /",
        '“ ! @ # $ % ^ & * ( ) _ + ∅ ჭ ∅ ღ თ ∅ ∅ ∅ ∅ ∅ { } | ∅ შ ∅ ∅ ∅ ∅ ჟ ∅ ∅ : " ძ ∅ ჩ ∅ ∅ ∅ ∅ < > ?',
    ),
    _layout(
        "hy",
        "Armn",  # Eastern, as Windows has it
        "՝ ։ ձ յ ՛ , - . « » օ ռ ժ խ ւ է ր տ ե ը ի ո պ չ ջ ' ա ս դ ֆ ք հ ճ կ լ թ փ զ ց գ վ բ ն մ շ ղ ծ",
        "՜ 1 Ձ Յ 3 4 9 և ( ) Օ Ռ Ժ Խ Ւ Է Ր Տ Ե Ը Ի Ո Պ Չ Ջ ՞ Ա Ս Դ Ֆ Ք Հ Ճ Կ Լ Թ Փ Զ Ց Գ Վ Բ Ն Մ Շ Ղ Ծ",
    ),
    _layout(
        "hy-phonetic",
        "Armn",
        "՝ է թ փ ձ ջ ւ և ռ չ ճ ֊ ժ ք ո ե ր տ ը ւ ի օ պ խ ծ շ ա ս դ ֆ գ հ յ կ լ ; ՛ զ ղ ց վ բ ն մ , ․ /",
        '՜ Է Թ Փ Ձ Ջ Ւ ֏ Ռ Չ Ճ ― Ժ Ք Ո Ե Ր Տ Ը Ւ Ի Օ Պ Խ Ծ Շ Ա Ս Դ Ֆ Գ Հ Յ Կ Լ ։ " Զ Ղ Ց Վ Բ Ն Մ « » ՞',
    ),
)

#: Every layout by name; Latin ones first, `us` the first of them.
LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in _TABLE}
