"""Which little words give a language away?

Articles, pronouns, prepositions, auxiliaries: words a short text is likely to contain and a
neighbouring language is not. They are evidence for `detection.py` beside character statistics,
which are weak on titles and everyday sentences. They are not stop words: nothing is removed from
an index because it stands here, and words shared by several languages stand in each of their rows.
Only languages with character statistics have a row, since evidence is added to those; Serbian in
Cyrillic letters takes its words from the Croatian row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from search.analysis.alphabets import in_serbian_letters

#: Code → words, lower case, without apostrophes (`l'été` is the two words `l` and `été`).
FUNCTION_WORDS: Mapping[str, str] = {
    "af": "die 'n n en van is nie het ek jy hy sy ons hulle julle my jou haar sal kan moet wat vir met op "
    "in te om na aan deur uit by as maar ook net nou hier daar waar hoe wie hoekom baie dit hierdie "
    "daardie was wees word gaan wil weet geen niks iemand alles oor tot toe so nog een jare jaar "
    "meer se asseblief altyd nooit vandag môre gister miskien omdat sodat dink kyk kom almal "
    "niemand elke ander moenie wou sou kon moes hoeveel waarom dan sê iets dié",
    "ca": "el la els les l d un una uns unes i de del dels al als a en amb per que què qui no és són era "
    "ha han he hem va van vaig vam sóc som està estan meu meva teva seu seva nostre aquest aquesta "
    "això aquell però perquè com quan on molt més tot tots tota res jo tu ell ella nosaltres ells "
    "elles em et es li hi ho ens us pel pels sense sobre entre fins des tinc té vull pot fer ser ni "
    "o si cap gran sempre mai avui ahir demà ara aquí allà potser doncs també massa ningú algú "
    "alguna algun cada altres altra vostre nostra meus seus heu havia estava vol vols puc pots "
    "hauria fa fan vas gaire",
    "cs": "a je se v na to že s z do o k i ve pro jsem jsi jsme jste jsou ten ta ty tam tady jak kdo co "
    "kde kdy proč ale nebo když až už jen ještě není byl byla bylo byli bude budu mám máš má máme "
    "mají mě mi mne můj moje tvůj jeho její náš váš si by bych od po za při před nad pod bez podle "
    "jako který která které všechno nic něco někdo tohle toto tomu on ona oni my vy já velmi moc "
    "ani ne ano může chci musím aby teď dnes včera zítra vždy vždycky nikdy dobře pak potom znovu "
    "zase vím víš ví myslím rád měl měla jeden dva svůj svou víc více málo právě opravdu prosím "
    "odkud jejich ní něho nám vám jim této tohoto kterého nikdo každý mohl musíš můžeš chceš kdyby "
    "proto kromě můžu",
    "cy": "y yr a ac i yn o ar mae ydy yw oedd roedd bod wedi nid ddim dim ei eu fy dy ein eich hi ef fe "
    "nhw ni chi ti mi am at gan heb dan dros drwy trwy hyn hwn hon hynny sydd sy pwy beth ble pryd "
    "sut pam ond neu na os pan rwy dw dwi rydw wyt mewn un dau nos bach mawr fi gyda ganddo rhaid "
    "bydd gall cael",
    "da": "og i jeg det at en et den til er som på de med han af for ikke der var mig sig men har om vi "
    "min havde ham hun nu over da fra du ud sin dem os op man hans hvor eller hvad skal selv her "
    "alle vil blev kunne ind når være dog noget ville jo deres efter ned skulle denne end dette mit "
    "også under have dig anden hende mine alt meget sit sine vor mod disse hvis din nogle hos blive "
    "mange ad bliver hvem hvorfor hvordan går får hvilken kun ingen intet gør ved kan mellem uden "
    "dit lille god nogen aldrig altid jer jeres vores måske fordi tror synes vide sagde siger tage "
    "tager se hvornår gøre rigtig lige hjem hjemme burde måtte jamen ja nej kom hendes sammen to "
    "tre hen kender bare mere mest lidt igen",
    "de": "der die das den dem des ein eine einen einem einer eines und ist nicht ich du er sie es wir "
    "ihr zu in im am an auf aus bei mit von vom zum zur für nach über unter vor durch gegen ohne um "
    "als wie wenn aber oder auch noch nur schon sehr so war waren wird werden wurde hat habe haben "
    "hatte sind bin bist sein seine mein meine dein deine kein keine mir mich dir dich ihm ihn "
    "ihnen uns euch sich was wer wo wann warum dass daß kann muss will soll man hier da dann doch "
    "mehr alles nichts etwas diese dieser dieses jetzt immer wieder zwischen bis ins",
    "en": "the of and to a in is it you that he was for on are with as i his they be at this have from or "
    "had by not but what all were we when your can there an she which do their if will how about "
    "out them then her would him has my me no our who did its s t don ll re ve m into over after "
    "off down up been am where why just more some any than us before never always every these those "
    "could should must under against between because while let get go here too very only one two "
    "last first",
    "es": "el la los las un una unos unas y de del al a en con por para que qué quién no es son era fue "
    "ha han he hay está están estoy soy eres ser estar tengo tiene mi mis tu tus su sus nuestro "
    "este esta esto ese esa eso aquel pero porque como cómo cuando cuándo donde dónde muy más todo "
    "todos toda todas nada nadie yo tú él ella nosotros ellos ellas me te se le les lo nos sin "
    "sobre entre hasta desde también ya si sí o ni puedo puede quiero hacer usted ustedes había "
    "sólo solo",
    "et": "ja on ei see ma ta sa me te nad oli et kui mis kes mida kus kuidas miks aga või ka ning mul "
    "sul tal meil teil neil minu sinu tema meie teie nende mind sind teda oma seda selle sellest "
    "need olen oled oleme olete olid pole ole olema saab saan võib peab tahan väga kõik midagi "
    "keegi siin seal nii siis juba veel ainult üks kaks pärast enne ilma läbi üle all juures kuni "
    "nagu palju ära täna homme eile alati kunagi võibolla sest igaüks teine üksi nüüd miski palun "
    "tea tahad tahab peaks oleks olnud mõni too selline niimoodi mulle sulle talle meile ennast",
    "fi": "ja on ei se hän minä sinä me te he en et emme ette eivät oli ovat olen olet olemme olla ollut "
    "että kun jos mutta tai niin kuin mitä mikä kuka missä miksi miten minun sinun hänen meidän "
    "teidän heidän minua sinua häntä minulla sinulla hänellä tämä tuo nämä sitä sen siitä tätä "
    "tämän joka jotka jonka vain myös nyt vielä jo hyvin kaikki mitään joku täällä siellä kanssa "
    "ilman ennen jälkeen yli ali voi voin pitää haluan yksi kaksi sekä ole olisi minulle hänelle",
    "fr": "le la les l un une des du de d et à au aux en dans sur sous avec pour par sans que qu qui quoi "
    "ne n pas est sont était a ont ai as suis es être avoir il elle ils elles je j tu nous vous on "
    "ce c cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs mais ou où "
    "donc car comme quand comment pourquoi très plus tout tous toute toutes rien me m te t se s lui "
    "y si jamais toujours entre jusqu chez contre après avant peut faire fait aussi bien deux moi "
    "toi",
    "hr": "i je u se na da to ne za od s sa o su sam si smo ste nije nisu nisam a ali ili što tko gdje "
    "kada kad kako zašto koji koja koje kao ovo ova ovaj onaj taj ta te moj moja moje tvoj njegov "
    "njezin naš vaš mi vi ja ti on ona oni mene me mu joj ga ih im bio bila bilo bili biti će ću "
    "ćeš ćemo bi bih mogu može moram mora ima imam imaš li iz do po pod nad pred bez prema između "
    "samo još već sve ništa nešto netko jako vrlo ovdje tamo danas nema šta treba jer uvijek nikad "
    "nikada sutra jučer puno malo njih njega njoj njemu nam vam sebe svoj svoju sada onda opet zar "
    "neka želim znam znaš zna mislim volim imao imala rekao jedan dva svi ovu tu onu koliko bismo "
    "jesi jesam jest nego možda dobro hoće hoćeš htio",
    "hu": "a az és nem hogy egy is ez van de csak én te ő mi ti ők volt vagyok vagy vagyunk vannak lesz "
    "lenne meg el ki be fel le mint ha már még most itt ott hol mit miért hogyan mikor aki ami amit "
    "akkor nagyon minden mindig soha semmi valaki valami engem téged őt nekem neked neki nekünk "
    "nekik azt ezt ezek azok kell lehet tud tudom akar akarok sem se pedig után előtt alatt között "
    "nélkül át két volna való szerint miatt felé vissza több tom hány ebben abban",
    "id": "yang dan di ke dari ini itu untuk dengan pada tidak adalah saya aku kamu anda dia kami kita "
    "mereka akan sudah telah bisa dapat ada apa siapa mana bagaimana mengapa kenapa kapan karena "
    "tetapi tapi atau juga hanya lebih sangat sekali semua orang dalam oleh sebagai seperti saat "
    "ketika jika kalau belum pernah masih lagi harus ingin mau jangan bukan seorang sebuah para nya "
    "antara tanpa setelah sebelum boleh awak hendak kepada ialah",
    "it": "il lo la i gli le l un uno una e ed di del dello della dei degli delle dell d a al allo alla "
    "ai agli alle all in nel nello nella nei negli nelle nell con col su sul sullo sulla sui sulle "
    "sull per da dal dalla dai dalle dall tra fra che chi cosa non è sono era ha hanno ho hai sei "
    "siamo essere mio mia miei tuo tua suo sua nostro nostra questo questa quello quella ma perché "
    "come quando dove molto più tutto tutti tutta niente io tu lui lei noi voi loro mi ti si ci vi "
    "se o anche senza contro fino già mai sempre può fare due quel c",
    "lt": "ir yra ne aš tu jis ji mes jūs jie jos kad bet ar arba kaip kas kur kada kodėl į iš su be per "
    "po prie už apie dėl nuo iki tai šis ši tas ta mano tavo savo jo mūsų jūsų jų man tau jam jai "
    "mums jums jiems mane tave jį ją buvo bus būti esu esi esame nėra turi turiu gali galiu nori "
    "noriu labai viskas nieko kažkas čia ten dabar jau dar tik taip pat kuris kuri kurie o tarp "
    "prieš",
    "lv": "un ir ne es tu viņš viņa mēs jūs viņi ka bet vai kā kas kur kad kāpēc ar bez par pie no uz "
    "līdz pēc pirms tas tā šis šī mans mana tavs mūsu jūsu viņu man tev viņam viņai mums jums mani "
    "tevi bija būs būt esmu esi esam nav var varu grib gribu ļoti viss visi nekas kaut šeit tur "
    "tagad jau vēl tikai arī kurš kura kuri to šo savu savas starp nevar vajag ja jo lai",
    "nl": "de het een en van in is dat op te zijn met voor niet aan er om ook als bij dan maar uit nog "
    "naar was wordt door over hij zij ze ik je jij we wij jullie u hun haar hem mij mijn jouw ons "
    "onze deze dit die wat wie waar wanneer hoe waarom heeft heb hebben had bent ben kan moet wil "
    "zal zou worden geen niets iets iemand alles veel meer zeer al hier daar nu toen tot tussen "
    "tegen zonder onder of want omdat weet gaan t s zich doen goed kunnen altijd nooit vandaag "
    "morgen gisteren misschien zodat denk kijk kom iedereen niemand elke ander hoeveel zei zegt mag "
    "mocht moest wilde kon hebt wel ja nee gewoon graag",
    "no": "og i jeg det at en et ei den til er som på de med han av for ikke der var meg seg men har om "
    "vi min hadde ham hun nå over da fra du ut sin dem oss opp man hans hvor eller hva skal selv "
    "her alle vil ble kunne inn når være noe ville etter ned skulle denne enn dette mitt også under "
    "deg mine alt mye mot disse hvis din noen hos mange hvem hvorfor hvordan går får bare ingen "
    "gjør kan mellom uten ditt eg ikkje ein eit dei vere kva kvar kven korleis frå no meir berre "
    "dykk dere deres henne aldri alltid våre våres kanskje fordi tror synes vite vet sa sier ta tar "
    "se veldig like hjem hjemme burde måtte blir ja nei kom hennes sammen to tre kjenner mer mest "
    "litt igjen noens ho vart gjer veit noko nokon mykje sjølv heime desse kjem vore vert me gjøre",
    "pl": "i w na z ze do się nie to jest że o a od po za jak ale czy co kto gdzie kiedy dlaczego dla "
    "przez przed pod nad bez przy są był była było byli być będzie jestem jesteś jesteśmy mam masz "
    "ma mamy mają mnie mi mój moja moje twój jego jej ich nasz wasz ja ty on ona ono my wy oni ten "
    "ta te tego tej tym tam tu tutaj który która które już jeszcze tylko bardzo wszystko nic coś "
    "ktoś może mogę musi chcę lub albo więc bo go mu ją sobie siebie jeden dwa we",
    "pt": "o a os as um uma uns umas e de do da dos das em no na nos nas ao à aos às com por pelo pela "
    "para que quem não é são era foi há está estão estou sou ser estar tenho tem ter meu minha meus "
    "minhas teu seu sua seus suas nosso este esta isto esse essa isso aquele mas porque como quando "
    "onde muito mais tudo todos toda nada ninguém eu tu você vocês ele ela nós eles elas me te se "
    "lhe lo sem sobre entre até desde também já ou nem pode posso quero fazer num numa foram",
    "ro": "și şi a al ai ale în de la cu pe din pentru că care ce cine nu este e sunt era au am are avea "
    "fost fi un o unui unei lui îi îl le mă te se ne vă îmi îți îţi își meu mea mei tău ta său sa "
    "nostru acest această aceasta acesta ăsta asta acel dar sau dacă când cum unde foarte mai tot "
    "toate toți nimic ceva eu tu el ea noi voi ei ele fără despre între până după prin spre doar "
    "poate pot vreau trebuie va nici decât dintre cei cele cel",
    "sk": "a je sa v na to že s z do o k aj i vo pre som si sme ste sú ten tá tie tam tu ako kto čo kde "
    "kedy prečo ale alebo keď až už len iba ešte nie bol bola bolo boli bude budem mám máš má máme "
    "majú ma mi mňa môj moja moje tvoj jeho jej náš váš by od po za pri pred nad pod bez podľa "
    "ktorý ktorá ktoré všetko nič niečo niekto toto tomu on ona oni my vy ja ty veľmi veľa ani áno "
    "môže môžem chcem musím so ho mu ich aby teraz dnes včera zajtra vždy nikdy dobre potom znova "
    "viem vieš vie myslím rád mal mala jeden dva svoj svoju viac málo práve naozaj prosím odkiaľ "
    "nej neho nám vám im tejto tohto ktorého nikto každý mohol musíš môžeš chceš keby preto okrem",
    "sl": "in je se v na to da s z za ne so sem si smo ste ni niso nisem a ali pa kaj kdo kje kdaj kako "
    "zakaj ki kot ta ti te tega tem moj moja moje tvoj njegov njen naš vaš mi vi jaz on ona oni "
    "mene me mu jo ga jih jim bil bila bilo bili biti bo bom boš bomo bi lahko moram mora ima imam "
    "imaš iz do po pod nad pred brez med samo še že vse nič nekaj nekdo zelo tukaj tam danes tudi "
    "ker če od o kjer ko njega njej njemu nam vam vedno nikoli včeraj jutri veliko malo zdaj potem "
    "spet želim vem veš ve mislim rad rada imel imela rekel eden dva svoj svojo preveč vsi hočem "
    "nimam gremo morda mogoče dobro koliko nisi nismo nobeden nihče prav sebe njiju pri",
    "so": "waa iyo in ka ku u uu ay oo la waxaa waxa aan uma ma miyaa soo si ah ahaa yahay tahay lahaa "
    "leh kale ugu isku wuxuu waxay waxaan isaga iyada annaga adiga aniga sidii marka inuu inay "
    "hadda badan halkan kuwa mid lama qof dhan",
    "sq": "dhe të e i në për me nga një është janë ishte ka kanë kam ke nuk s unë ti ai ajo ne ju ata ato "
    "që si kur ku pse çfarë kush më shumë mos do po jo ky kjo këtë atë im ime yt tij saj tyre tim "
    "mund duhet duke pa mbi nën te tek deri pas para por ose edhe vetëm asgjë diçka dikush gjithë "
    "çdo se sa u",
    "sv": "och i jag det att en ett den till är som på de med han av för inte var mig sig men har om vi "
    "min hade honom hon nu över då från du ut sin dem oss upp man hans där eller vad ska skall "
    "själv här alla vill blev kunde in när vara något ville efter ner skulle denna än detta mitt "
    "också under dig mina allt mycket sitt sina vår mot dessa din några hos blir många vem varför "
    "hur går får bara ingen inget gör kan mellan utan ditt hennes er era ni så",
    "sw": "na ya wa kwa ni la za katika cha vya si kuwa hii hiyo huyo huyu yake yangu yako wake wangu "
    "wako lake langu mimi wewe yeye sisi ninyi wao nini nani wapi lini gani kama lakini au pia tu "
    "sana kila mtu watu hakuna kuna ana nina una wana alikuwa ilikuwa hapa sasa bado bila baada "
    "kabla juu yote wote sijui nataka ninataka unataka tafadhali leo kesho jana daima kamwe zaidi "
    "kidogo hivyo hivi huko yule huu wale hao wetu wenu zake zangu yetu yenu ndiyo hapana nilikuwa "
    "walikuwa nitakuwa anaweza ninaweza lazima hajui sina huna hana mwingine mmoja mbili kwamba "
    "hizo ile hilo",
    "tl": "ang ng sa mga ay na at si ni kay ko mo niya namin natin ninyi nila ako ikaw ka siya kami tayo "
    "kayo sila hindi wala may mayroon ano sino saan kailan bakit paano kung pero o din rin lang pa "
    "ba po ito iyan iyon dito doon para dahil kapag nang isang isa lahat akin iyo kanya atin gusto "
    "huwag ating aking",
    "tr": "ve bir bu da de için ile o çok ne var yok mi mı mu mü ben sen biz siz onlar bana sana ona bize "
    "benim senin onun bizim sizin onların beni seni onu gibi daha en ama ki kadar değil olan olarak "
    "her şey hiç kim neden niçin nasıl nerede zaman şimdi sonra önce göre diye ya veya hem bile "
    "sadece evet hayır oldu olur olmak vardı idi ise iki şu",
    "vi": "và là của có không tôi bạn anh em chị ông bà nó họ chúng ta một những các này đó kia cho với "
    "trong trên dưới ở từ đến đi ra vào được bị đã đang sẽ rất cũng chỉ mà thì nếu khi như ai gì "
    "nào đâu sao người nhiều hơn nhất cái con việc làm phải muốn cậu mình đừng hãy",
    "bg": "и в на се да е не за от с по че това са как какво кой къде кога защо но или ако като съм си "
    "сме сте беше бяха бях ще няма има имам аз ти той тя то ние вие те мен мене мой моя моето твоя "
    "неговия му ѝ им ги го я ме ми ни ви този тази тези онзи който която което които много всичко "
    "нищо нещо някой само още вече тук там сега до при през без след преди между във със също може "
    "трябва искам един една едно нея него мога можеш искаш зная знам мисля винаги никога днес утре "
    "вчера добре моля после пак повече най ли недей нямам имаме имат могат бил била било били тях "
    "нас вас каква колко малко защото тогава своя свой свои моите нека всеки всички толкова май ами",
    "mk": "и во на се да е не за од со по дека ова тоа како што кој каде кога зошто но или ако сум си сме "
    "сте беше беа бев ќе нема има имам јас ти тој таа тие ние вие мене мојот мојата негов му ѝ им "
    "ги го ја ме ми ни ви овој оваа овие оној која кое кои многу сѐ сè ништо нешто некој само уште "
    "веќе тука таму сега до при низ без пред меѓу исто може треба сакам еден една едно ли а знам "
    "мислам мора секогаш никогаш денес утре вчера добро потоа пак повеќе најмногу нели немам имаме "
    "имаат можат бил била било биле нив нас вас колку малку затоа тогаш својот својата моите сите "
    "секој толку дали немој можеби сакаш можам неа него",
    "ru": "и в не на я что он с по это она как а то но все всё его её мы ты к у вы за бы от из же о так "
    "меня мне был была было были есть нет для если когда где кто почему уже или ни быть ещё еще "
    "только мой моя твой наш ваш свой их ему ей им нас вас нам вам они этот эта эти тот та те тебя "
    "тебе может могу нужно хочу очень ничего что-то кого чего со до под над при без через после "
    "перед между во об том один знаю знает потому чтобы себя этого этому него неё сегодня завтра "
    "вчера никогда всегда хорошо много мало такой такая такое можно даже также тоже потом теперь "
    "сейчас просто будет сколько вот ли сам",
    "uk": "і й в у не на я що він з по це вона як а то але все його її ми ти до за би від із зі же про "
    "так мене мені був була було були є немає для якщо коли де хто чому вже або ні бути ще тільки "
    "мій моя твій наш ваш свій їх йому їй їм нас вас нам вам вони цей ця ці той та ті тебе тобі "
    "може можу треба хочу дуже нічого щось кого чого під над при без через після перед між який яка "
    "які щоб один знаю тому нема себе цього цьому нього неї сьогодні завтра вчора ніколи завжди "
    "добре багато мало такий така таке робити знаєш знає маю маєш має мав мала можна навіть також "
    "потім тепер зараз адже просто буде будемо чи теж ось скільки",
    "ar": "في من على إلى عن مع هذا هذه ذلك التي الذي أن إن لا ما لم لن هل هو هي أنا أنت نحن هم كان كانت "
    "يا كل قد أو ثم بعد قبل بين عند ليس لقد كيف متى أين ماذا لماذا ولا وهو",
    "fa": "و در به از که این آن را با برای است بود شد من تو او ما شما آنها هم یک هر چه چرا کجا کی نیست "
    "هست های می تا بر اگر اما یا خود باید کرد دارد دارم",
    "ur": "اور میں کے کی کا ہے ہیں سے کو نے یہ وہ پر نہیں تھا تھی تھے ایک ہم تم آپ کیا کیوں کہاں کب جو "
    "بھی تو ہی ہو لیے ساتھ مجھے میرا میری اس ان",
    "hi": "है हैं का की के में से को और ने यह वह पर नहीं था थी थे एक मैं हम तुम आप क्या क्यों कहाँ कब जो "
    "भी तो ही हो लिए साथ मुझे मेरा मेरी इस उस हूँ कर रहा रही कोई हूं हुआ हुई हुए गया गई गए किया "
    "दिया लिया करना करता करती करते चाहिए सकता सकती सकते बहुत कुछ सब अब यहाँ वहाँ कल मेरे तुम्हारा "
    "आपका उसका उसकी उसके उसने मैंने तुमने उन्होंने क्योंकि अगर या लेकिन मगर सिर्फ़ वाला वाले जब तब "
    "तक अपना अपनी अपने कौन कैसे कितना मत रहे हमारा हमें उन्हें किसी",
    "mr": "आहे आहेत आणि च्या ची चा चे मध्ये ला ने हा ही हे ते तो ती मी आम्ही तू तुम्ही काय का कुठे नाही "
    "होता होती होते एक पण तर माझा माझी माझे आपण त्या या केली असे नाहीत मला तुला त्याला आहेस आहोत "
    "होतं तुझा तुझी तुझे तुझं माझं त्याचा त्याची तिचा तिला कोण कधी कसे कसा काहीही काही सर्व खूप "
    "पाहिजे हवे करतो करते करत केलं झाला झाली झालं गेला गेली आता इथे तिथे उद्या म्हणून मग जर किंवा "
    "सुद्धा फक्त आम्हाला तुम्हाला होतो नाहीस नको",
    "ne": "छ छन् हो र को का की मा ले लाई बाट यो त्यो म हामी तिमी तपाईं के किन कहाँ छैन थियो थिए एक पनि तर "
    "मेरो मेरी उनी गर्न भएको गरेको हुन्छ",
}

_WORD = re.compile(r"[^\W\d_]+(?:[\u0900-\u097f]+)?")


def words_of(text: str) -> list[str]:
    """The words of a lower-case text, cut at everything that is no letter."""
    return _WORD.findall(text)


def _row(code: str) -> list[str]:
    if code == "sr":
        return [*map(in_serbian_letters, _row("hr")), "ко", "шта", "где", "нешто", "овде", "увек", "хоћу"]
    return FUNCTION_WORDS.get(code, "").split()


def rows_by_word(codes: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """Word → positions in `codes` of the languages that use it."""
    rows: dict[str, tuple[int, ...]] = {}
    for position, code in enumerate(codes):
        for word in dict.fromkeys(_row(code)):
            rows[word] = (*rows.get(word, ()), position)
    return rows
