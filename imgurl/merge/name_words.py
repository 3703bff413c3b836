"""Words in personal names that are neither given nor family names, and family names that reveal a name's order.

In lowercase, without dots. Collected from grammars and style guides, measured by tests/merge/test_names.py.
"""

TITLES = frozenset(
    """
    rt hab freiherr freifrau graf gräfin baronin prinz prinzessin princess chief marquis marquise comte comtesse
    vicomte alhaji pastor brother sheikha dr drs prof mr mrs ms miss mx sir dame lord lady rev reverend fr father
    sister hon pres capt captain col cpt cdr gen lt maj sgt adm cmdr rabbi imam sheikh shaikh sheik hrh messrs mme
    mlle mm m me herr frau hr ing mag dipl dipl-ing habil med phil rer nat jur oec pol h c hc priv-doz doz dott
    dottssa sig sigra ssa avv arch geom rag sr sra srta srtas dra dña doña lic licda mtro mtra ing eng engo exmo exma
    ilmo ilma sres senhor senhora pan pani mgr inż dw dhr mevr mw mevrouw meneer ir heer hra rva fil h.c bc mudr judr
    phdr rndr ing-arch mvdr thdr kand cand shri sri smt kum kumari mohd-shri pandit swami haji hj hajah hajjah datuk
    dato dato' datin tun tuan puan encik cik ustad ustaz hjh tengku tan-sri ustadz kh r drg bapak ibu bpk sdr г-н г-жа
    др проф господин госпожа пан пані κοσ κα د الدكتور دكتور السيد السيدة الشيخ مهندس
    """.split()
)
# Lowercase after another title: Dr. med. univ., Prof. Dr. h. c.
SMALL_TITLES = frozenset("med phil rer nat jur oec pol habil h c hc univ techn".split())
# Words of two and three letters without a vowel that are not initials.
VOWELLESS = frozenset("ng md st ch sh kh th gh ph".split())
# Particles of the West that are names in the East.
ASIAN_NAMES = frozenset("bin du di do den das".split())
# Given names too: a title only where two more words follow.
DOUBTFUL_TITLES = frozenset(
    "don dean major earl prince judge king duke baron count bishop m h c r me mag arch tuan".split()
)

DEGREES = frozenset(
    """
    phd md mba msc bsc ma ba jd dds dmd dvm edd psyd dphil llb llm mphil mfa bfa meng beng mpa mph rn np pa-c cpa cfa
    cma esq obe mbe cbe kbe frs frcs frcp faia pe pmp cissp mp qc kc jp csc drsc dipl-ing mbbs bds mds bcom mcom ca
    acca aia od do dsc ms msw lcsw dnp scd ed
    """.split()
)
# How degrees are set that are not all capitals.
DEGREE_SPELLINGS = {
    word.casefold(): word
    for word in """PhD MSc BSc EdD PsyD DPhil MPhil MEng BEng DSc ScD Esq DrSc CSc BCom MCom PharmD EngD DBA""".split()
}
# Degrees that are family or given names as well: degrees only after a comma.
DOUBTFUL_DEGREES = frozenset("ma ba do ms ed pe ca od mp jp".split())

GENERATIONS = frozenset("jr sr junior senior júnior filho neto sobrinho jnr snr fils père".split())
NUMERALS = tuple("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI XXII XXIII".split())
# Numerals that are names: Mr Xi, Ms Vi. With a given and a family name before them they are numerals.
DOUBTFUL_NUMERALS = frozenset(("VI", "XI"))

# Lowercase between names. "le", "la", "los" and "las" only after another particle: "Marine Le Pen".
PARTICLES = frozenset(
    """
    van von de da dos del dela delos della dello dei degli delle der den des du di do das vom zu zum zur af av ten ter
    auf op al el ul bin binti binte bint ibn bte bt a/l a/p s/o d/o uit het
    """.split()
)
FOLLOWING_PARTICLES = frozenset("le la los las den der het te den und".split())
# Italians write theirs large: Luca Di Maio; "ben" and "el" are names without an Arab name next to them.
LARGE_IN = {"it": frozenset("de da di del della dello dei degli delle dal".split())}
CONNECTORS = frozenset("and und et og och".split())
# Single letters that join two family names in these languages; an initial everywhere else.
JOINING_LETTERS = {"es": frozenset("y e".split()), "pt": frozenset("e".split()), "ca": frozenset("i".split())}

# Sons and daughters: what follows is the father's name, nobody's family name.
PATRONYMIC_PARTICLES = frozenset("bin binti binte bint ibn bte bt a/l a/p s/o d/o بن بنت ابن".split())

# Two words that make one given name, by the first of them.
ARAB_COMPOUNDS = frozenset("abdul abdel abd abu abou umm عبد أبو ابو أم نور".split())
COMPOUNDS = frozenset(
    """
    jean anne anna marie mary maria maría mariá josé jose juan ana luis luís gian karl hans heinz eva rosa carlos joão
    joao pedro billy sarah ann jo miguel lucía nur siti mohamad muhammad mohammed mohammad noor mohamed fatima st
    """.split()
)

# What comes second in such names: if nothing follows, there is no family name to leave out.
SECOND_NAMES = frozenset(
    """
    ann anne jane jo lou kate beth lee ellen grace rose may marie pierre paul luc louis claude claire françoise
    charles josé jose luis luís carlos maría maria antonio manuel miguel alberto isabel carmen josé carlo luca piero
    heinz peter joachim jürgen dieter lena sophie pedro paulo eduarda beatriz clara ali hassan hussein bilal nur
    """.split()
)

VIETNAMESE = frozenset(
    """
    nguyễn nguyen trần tran lê le phạm pham hoàng hoang huỳnh huynh phan vũ vu võ vo đặng bùi đỗ hồ ngô dương lý đinh
    trương trịnh dang bui ngo duong dinh truong trinh đoàn doan lương luong tạ tô mai đào vuong vương quách thái châu
    """.split()
)
# Given names as well: at the end of a name they are one.
VIETNAMESE_GIVEN = frozenset("mai châu thái đào lý tô".split())
# Chinese, Korean and Cantonese family names in Latin letters. One in front may be a given name (Kim) or the family's
# (Kim Min-jun): nobody knows, so such names are not shortened.
EAST_ASIAN = frozenset(
    """
    wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie song tang xu
    deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren yao lyu lü shen
    zhong kim lee park choi jung jeong kang cho jo yoon jang lim im shin yun seo kwon hwang ahn an song hong yoo ryu
    chan wong cheung ng lau leung chow ho kwok tan ong goh chua teo koh toh tsai lai hsu chang chou hsieh kuo tseng xi
    qi qin
    """.split()
)
HUNGARIAN = frozenset(
    """
    nagy kovács tóth szabó horváth varga kiss molnár németh farkas balogh papp takács juhász lakatos mészáros oláh
    rácz fekete szilágyi török fehér balázs gál szűcs kocsis pintér fodor orsós szalai sipos magyar lukács gulyás biró
    bíró katona jónás nemes orbán fazekas bogdán bodnár halász
    """.split()
)
SPANISH = frozenset(
    """
    garcía garcia gonzález rodríguez fernández lópez martínez sánchez pérez gómez martín jiménez ruiz hernández díaz
    diaz moreno muñoz álvarez romero alonso gutiérrez navarro torres domínguez vázquez ramos gil ramírez serrano
    blanco molina morales suárez ortega delgado castro ortiz rubio marín sanz núñez iglesias medina garrido cortés
    castillo santos lozano guerrero cano prieto méndez cruz flores herrera peña león márquez cabrera gallego calvo
    vidal campos reyes vega fuentes carrasco aguilar cordero rojas vargas rivera silva mendoza guzmán salazar espinoza
    contreras valdez ríos acosta figueroa pacheco paredes ávila bautista mejía sosa ibarra
    """.split()
)

PATRONYMIC_ENDINGS = (
    "ович", "евич", "ьич", "овна", "евна", "ична", "инична", "івна", "ївна", "ovich", "evich", "ovna", "evna",
)  # fmt: skip

# Md. and Mohd. stand for Mohammad and are what nobody is called by; "St John" is one given name.
NOT_CALLED_BY = frozenset("md mohd muhd mhd moh st".split())

# What joins two people: their names are left as they are.
TWO_PEOPLE = frozenset("& and und et y e i og och и та ve en + or / and/or".split())
