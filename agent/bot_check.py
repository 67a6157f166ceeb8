"""Does the page ask whether a person is there? Such a check ends a session: nobody here goes round it.

A check is what stands in the way: a page that is nothing but one, a challenge that lies open on the page, a
form in which nothing but a check is to be filled in, or the form for logging in, if it cannot be sent without
one. A box to tick beside a form is none as long as nobody has to do with it; it stands in a frame of somebody
else's, which is not touched. Nor is a check in a form that nobody needs, such as a letter to the shop.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from simplify import Observation, Target, TargetKind

INTERSTITIAL = re.compile(
    r"""
    ^just\ a\ moment | ^attention\ required | ^access\ to\ this\ page\ has\ been\ denied
    | ^pardon\ our\ interruption
    | \b(are|you'?re|you\ are|confirm(ing)?|verify(ing)?|prove)\b .{0,30} \b(not\ a\ (ro)?bot|human)\b
    | \b(not|are\ you)\ a\ robot\b | \brobot\ or\ human\b | ^robot\ check | \bsecurity\ (check|verification)\b
    | \b(bot|human)\ (check|verification)\b | \bcaptcha\b
    | ^checking\ (your|if\ the\ site) | \bunusual\ traffic\b
    | enter\ the\ characters\ you\ see | press\ (and|&)\ hold | slide\ to\ (verify|complete)
    | sicherheits(überprüfung|abfrage)\b | bist\ du\ ein\ (mensch|roboter) | kein\ roboter
    | vérification\ de\ sécurité | (êtes-vous|n'êtes\ pas)\ un\ (humain|robot)
    | no\ (soy|eres|es)\ un\ robot | verificación\ de\ seguridad
    | non\ sono\ un\ robot | não\ sou\ um?\ rob[oô]
    | nie\ jestem\ robotem | czy\ jesteś\ (człowiekiem|robotem)
    | я\ не\ робот | 私はロボットではありません | セキュリティチェック
    | 人机验证 | 安全验证 | 滑动验证 | 로봇이\ 아닙니다 | أنا\ لست\ روبوت
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""How a page calls itself that is nothing but a check; read in its title, headings and first words."""

CHALLENGES = re.compile(
    r"""https?://(?:
      (?:www\.)?(?:google\.com|recaptcha\.net)/recaptcha/(?:api2|enterprise)/bframe
      | (?:[\w-]+\.)*hcaptcha\.com/.*frame=challenge
      | challenges\.cloudflare\.com/cdn-cgi/challenge-platform/h/\w/
        (?:orchestrate|turnstile[^?]*/(?:interactive|managed))
      | (?:[\w-]+\.)*(?:
          captcha-delivery\.com|arkoselabs\.com|funcaptcha\.com|geetest\.com|awswaf\.com|px-cdn\.net
          |perimeterx\.(?:net|com)|datadome\.co
        )(?::\d+)?(?:[/?\#]|$)
      | geo\.captcha[.-] | [^/?\#]+/(?:[^?\#]*/)?(?:_Incapsula_Resource|px-captcha)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Addresses of frames in which a challenge is put, by host and path; a box to tick has another one."""

WIDGETS = re.compile(
    r"https?://challenges\.cloudflare\.com/[^?]*/turnstile/[^?]*/(normal|compact|flexible)\b", re.IGNORECASE
)
"""Of frames with a box to tick, which stand beside forms; on a page with little else they are a check."""

TYPED_FROM_A_PICTURE = re.compile(
    r"""
    captcha
    | \b(characters|letters|digits|numbers|text|words?|code)\ (
        (that\ )?you\ (can\ )?see | (shown\ )?(in|from|of|on)\ the\ (picture|image)
      )\b
    | (zeichen|buchstaben|code|text)\ (aus|in|auf|von)\ dem\ bild | (caractères|lettres|code)\ de\ l'image
    | (caracteres|letras|código)\ (de|en)\ la\ imagen | (caratteri|lettere|codice)\ (dell|nell)'immagine
    | kod\ z\ obrazka | (код|символы|текст|буквы)\ \w+\ картинк[еи] | 画像(の|に表示).*(文字|数字) | 画像認証
    | 图(片|形)验证码 | 圖(片|形)驗證碼 | 보안\ ?문자 | 자동입력\ ?방지
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Beside a field for what a picture shows that no machine is to read."""

LOGGING_IN = re.compile(
    r"""
    \b(log|sign)[ -]?in\b | anmeld | einloggen | connexion | connecter | iniciar\ sesión | \bacced[ie]
    | \bentrar\b | inloggen | zaloguj | logowanie | přihl[aá] | logga\ in | \blogg?\ inn?\b | kirjaudu | giriş
    | войти | вход\b | увійти | ログイン | 登录 | 登入 | 로그인 | تسجيل\ الدخول | כניסה | התחבר
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""How a page calls itself on which one logs in, or its address does."""

ADDRESSES = re.compile(
    r"/(captcha|validatecaptcha|botcheck|bot-check|robot-check|challenge)\b|/cdn-cgi/challenge|/sorry/index",
    re.IGNORECASE,
)
"""Of pages that are nothing but a check."""

REFUSALS = frozenset({401, 403, 405, 429, 503})
"""HTTP statuses with which checks come."""

FEW_TARGETS = 6
"""A page that is nothing but a check has no more that can be acted on, if it does not say that it refuses."""

FIRST_WORDS = 600
"""Characters of an observation in which a check says what it is, and more than which it seldom says."""

LOGIN_FIELDS = 3
"""A name, a password, and what a picture shows."""

_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_NAME = re.compile(r' name="([^"]*)"')
_MARKUP = re.compile(r"<[^>]*>")
_HEADING = re.compile(r"<h[1-3][^>]*>(.*?)</h[1-3]>", re.DOTALL)


def bot_check_on(observation: Observation, status: int | None, frames: Sequence[str]) -> str | None:
    """The check that stands in the way, if one does.

    Args:
        observation: the page.
        status: the HTTP status that it came with, if that is known.
        frames: addresses of the frames that can be seen on it.

    Returns:
        How it calls itself, for people; None where there is none.
    """
    challenge = next(filter(CHALLENGES.match, frames), None)
    if challenge is not None:
        return f"a challenge of {urlsplit(challenge).hostname or 'its own'}"
    return _nothing_else(observation, status) or _form_in_the_way(observation) or _lonely(observation, frames)


def _nothing_else(observation: Observation, status: int | None) -> str | None:
    """Whether it is a page for a check alone: it says so, and has little else, or comes with a refusal."""
    refused = status in REFUSALS or ADDRESSES.search(urlsplit(observation.url).path) is not None
    little = len(observation.targets) <= FEW_TARGETS and len(_fields(observation, observation.html)) <= 1
    if not (refused or little):
        return None
    named = next(filter(INTERSTITIAL.search, _names(observation)), None)
    if named is not None:
        return f'a page that calls itself "{named.strip()[:80]}"'
    words = INTERSTITIAL.search(_text(observation.html)[:FIRST_WORDS]) if refused else None
    return f'a page that says "{words[0].strip()[:80]}"' if words is not None else None


def _form_in_the_way(observation: Observation) -> str | None:
    """Whether a form asks for what a picture shows, and for nothing else, or for what one logs in with."""
    for form in _forms(observation.html):
        fields = _fields(observation, form)
        asked = next((field for field in fields if _is_typed_from_a_picture(field)), None)
        logs_in = (
            len(fields) <= LOGIN_FIELDS and 'type="password"' in form and _is_for_logging_in(observation)
        )
        if asked is not None and (len(fields) == 1 or logs_in):
            return f'a form that asks for "{(asked.label or asked.name).strip()[:80]}"'
    return None


def _lonely(observation: Observation, frames: Sequence[str]) -> str | None:
    """Whether a box to tick stands on a page with little else: it lets people on to the page itself."""
    widget = next(filter(WIDGETS.match, frames), None)
    said = len(_text(observation.html))
    if widget is None or said > FIRST_WORDS or _fields(observation, observation.html):
        return None
    return f"a box to tick of {urlsplit(widget).hostname}"


def _forms(html: str) -> Iterator[str]:
    """The forms of a page; and what stands in none."""
    yield from _FORM.findall(html)
    yield _FORM.sub(" ", html)


def _fields(observation: Observation, part: str) -> list[Target]:
    """What can be typed into in a part of a page."""
    named = (observation.targets.get(name) for name in _NAME.findall(part))
    return [target for target in named if target is not None and target.kind is TargetKind.TEXT]


def _is_typed_from_a_picture(field: Target) -> bool:
    return TYPED_FROM_A_PICTURE.search(f"{field.label} {field.name.replace('_', ' ')}") is not None


def _is_for_logging_in(observation: Observation) -> bool:
    path = urlsplit(observation.url).path.replace("_", "-")
    return any(map(LOGGING_IN.search, (path, *_names(observation))))


def _names(observation: Observation) -> list[str]:
    """What a page calls itself: its title and headings."""
    return [observation.title, *(_text(found) for found in _HEADING.findall(observation.html))]


def _text(markup: str) -> str:
    return " ".join(_MARKUP.sub(" ", markup).split())
