"""Names in Han characters: where the surname ends, and how one character is read in Mandarin, Korean and Japanese.

The name itself does not tell whose it is: 金正恩 is read Jin Zheng'en in China and Kim Jong Un in Korea. Every reading is
a form of the word, and the comparison takes the one that fits. Mandarin comes from ICU; Korean and Japanese readings
are tables of facts for the characters that names are commonly made of.
"""

from __future__ import annotations

from typing import Final

# Compound surnames of Chinese names, simplified and traditional.
_DOUBLE: Final = frozenset(
    [
        "欧阳",
        "歐陽",
        "司马",
        "司馬",
        "上官",
        "诸葛",
        "諸葛",
        "夏侯",
        "东方",
        "東方",
        "皇甫",
        "尉迟",
        "尉遲",
        "公孙",
        "公孫",
        "慕容",
        "令狐",
        "长孙",
        "長孫",
        "宇文",
        "司徒",
        "端木",
        "南宫",
        "南宮",
        "独孤",
        "獨孤",
    ]
)
# The hundred commonest Chinese surnames, which cover more than four fifths of the people (simplified and traditional).
_SURNAMES: Final = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許邓鄧韩韓冯馮曹彭曾肖蕭萧田董潘袁蔡蒋蔣余于杜叶葉程"
    "魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付傅方邹鄒熊白孟秦邱尹侯江阎閻薛段雷龙龍史陶黎贺賀毛郝顾顧龚龔邵万萬"
    "覃武钱錢戴严嚴莫孔向常汤湯康易乔喬温溫习習裴鲁魯齐齊梅庄莊辛管祝左涂谷时時舒耿牟卜詹关關苗凌费費纪紀靳盛童欧歐甄项項曲成游阳陽裘"
)
_SHORTEST, _LONGEST = 2, 4

# Hanja as Korean names read them (Supreme Court's list for names; Revised Romanization, with the common passport
# spelling where it is another). Facts; the commonest characters only.
_KOREAN_LINES: Final = """
kim 金 / lee 李 / park 朴 / choi 崔 / jeong 鄭鄭丁正政貞楨廷定靜晶情 / kang 姜康剛江強 / cho 趙曹 / yoon 尹允潤胤倫
jang 張章莊壯長 / lim 林任 / han 韓漢翰 / oh 吳五梧 / seo 徐瑞書西緖 / shin 申辛信新愼神 / kwon 權 / hwang 黃皇 / ahn 安案 / song 宋松頌
ryu 柳劉流 / hong 洪弘紅鴻 / jeon 全田錢典 / ko 高 / moon 文 / yang 梁楊良陽亮養 / son 孫 / bae 裵培 / baek 白百 / heo 許 / nam 南男
shim 沈心 / noh 盧魯 / ha 河夏下 / kwak 郭 / sung 成星聖誠性城晟盛 / cha 車 / joo 朱周柱珠主宙 / woo 禹友雨祐宇佑又 / koo 具九 / min 閔民敏旻珉玟
na 羅羅娜 / jin 陳眞珍鎭進振晉 / ji 池志智地知芝枝之 / um 嚴 / won 元源遠院媛 / bang 方 / byun 卞邊 / hyun 玄賢鉉炫顯現 / tae 太泰
jong 宗鍾鐘種終 / un 恩 / il 日一逸 / young 英永榮泳映暎寧 / soo 秀洙壽守水修 / ho 浩鎬虎昊好湖豪 / sang 相尙尚祥常 / jun 俊準峻濬埈
sun 順善宣仙先純 / mi 美米 / hee 姬熙喜希嬉 / kyung 京慶敬景卿庚 / sook 淑 / chul 哲喆鐵徹 / dong 東動童桐 / seok 錫石奭碩 / hak 學
ki 基起奇己氣紀箕琦淇 / yong 勇龍用鎔容 / suk 碩 / in 仁寅人印 / hwa 花華和化 / ja 子慈 / yeon 姸蓮延然連 / sil 實 / eun 銀隱 / ah 雅
chang 昌昶敞 / kwang 光廣 / chan 燦贊 / guk 國 / kook 國 / gun 建健根 / hae 海 / hun 勳勛薰訓 / hwan 煥桓環 / jae 在載宰才財 / je 濟 / myung 明命
seung 承勝昇 / sik 植 / tak 卓 / wook 旭昱郁 / jung 中重仲 / bok 福 / bong 鳳奉 / gil 吉 / do 道度 / woong 雄 / bin 彬 / bum 範 / hyuk 赫 / kyu 圭奎
""".strip()

# Characters of Japanese names by their usual readings there. Facts; the commonest characters only.
_JAPANESE_LINES: Final = """
yama 山 / ta 田多太 / da 田 / ki 木喜貴樹輝希紀 / mura 村 / naka 中仲 / shima 島嶋 / mori 森 / hashi 橋 / ishi 石 / ue 上 / kami 上神 / shita 下 / moto 本元
matsu 松 / hayashi 林 / bayashi 林 / kawa 川河 / gawa 川 / o 小尾 / ko 子 / oo 大 / hara 原 / wara 原 / fuji 藤富 / to 藤登 / i 伊 / sai 斎斉西 / sa 佐 / i 井
suzu 鈴 / taka 高貴孝隆 / take 竹武 / waka 若 / sugi 杉 / sawa 沢澤 / zawa 沢澤 / no 野 / miya 宮 / yoshi 吉義良芳 / shi 志 / kuchi 口 / guchi 口 / oka 岡 / saka 坂 / zaka 坂
nishi 西 / kita 北 / higashi 東 / minami 南 / chi 千智 / ba 場 / ma 間真 / mizu 水 / ki 清 / kiyo 清 / tani 谷 / ya 谷屋 / mi 三美実 / futa 二 / ichi 一市 / go 五 / ro 郎朗
hiro 弘広博浩裕寛 / kazu 和一 / aki 明秋昭彰 / masa 正雅政昌 / nobu 信 / toshi 俊敏利 / yuki 雪幸行之 / haru 春晴 / natsu 夏 / hana 花華 / e 恵江 / ken 健賢 / ji 二治次司
hito 人仁 / yo 洋陽 / yu 裕勇 / shin 真信新 / jun 純順 / kei 恵敬 / sei 清誠 / makoto 誠 / akira 明 / hide 秀英 / aya 綾彩 / tomo 智知友 / nao 直尚 / wata 渡 / nabe 辺邊 / be 部 / a 阿
""".strip()


def split_surname(word: str) -> tuple[str, str] | None:
    """Return surname and given name of a name in two to four Han characters, None where the surname is not known."""
    if not _SHORTEST <= len(word) <= _LONGEST:
        return None
    if word[:2] in _DOUBLE and len(word) > _SHORTEST:
        return word[:2], word[2:]
    return (word[0], word[1:]) if word[0] in _SURNAMES and len(word) < _LONGEST else None


def readings(word: str, mandarin: str) -> tuple[str, ...]:
    """Return a word's readings, Mandarin (as given) first, then Korean and Japanese where every character has one."""
    found = [mandarin]
    for table in (_KOREAN, _JAPANESE):
        syllables = [table.get(character) for character in word]
        if all(syllables):
            found.append("".join(syllable for syllable in syllables if syllable))
    return tuple(dict.fromkeys(found))


def _table(lines: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in lines.replace("\n", " / ").split(" / "):
        syllable, characters = entry.split(" ", 1)
        if syllable:
            for character in characters.replace(" ", ""):
                found.setdefault(character, syllable)
    return found


_KOREAN: Final = _table(_KOREAN_LINES)
_JAPANESE: Final = _table(_JAPANESE_LINES)
