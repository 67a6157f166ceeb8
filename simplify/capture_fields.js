/* What shows itself without containing anything: fields, selects, pictures, players. */
const MAX_OPTIONS = 2000;

/** Writes something that stands for itself, and tells those around where it is. */
const writeLeaf = (open, level) => {
  const slot = writeTag(open, '/>');
  spaced = false;
  level.around.holds(slot, level.side());
};

/** What is typed there is nobody's business: a password, what stands on a payment card; '' elsewhere. */
const CODE_WORDS = /\b(cvc2?|cvv2?|csc|cvn|cid|one time code)\b|(security|verification|card) code|(sicherheits|prüf)(code|ziffer|nummer)|kartenprüf|cryptogramme|código de seguridad|セキュリティコード/;
const CARD_WORDS = /(card|credit ?card|debit ?card) ?(number|no\b|num\b|nr\b)|\b(cc|card) ?(num|number|no)\b|(karten|kreditkarten)nummer|numéro de (la )?carte|número de (la )?tarjeta|numer karty|カード番号|\biban\b|(account|konto) ?(number|nummer)/;
const EXPIRY_WORDS = /\bexpir(y|ation|es)\b|\bexp ?(date|month|year)\b|\bvalid (thru|through|until)\b|gültig bis|ablaufdatum|date d expiration|fecha de caducidad|有効期限/;
const HOLDER_WORDS = /\bname on (the |your )?card\b|\bcard ?holder|karteninhaber|titulaire de la carte|titular de la tarjeta|カード名義/;
const UNTYPED = /^(checkbox|radio|button|submit|reset|file|image|range|color|date|time|datetime-local|month|week)$/;
const PRESSED = new Set(['submit', 'image', 'button']); // kinds of input that are buttons
/** Fields that were for a password once: pages have a button that shows what stands there, and it stays a secret. A new
    reader of the same document goes on with them. */
const werePasswords = (globalThis.werePasswords ||= new WeakSet());
const secretOf = (element, type, label, aria) => {
  if (type === 'password') werePasswords.add(element);
  if (UNTYPED.test(type)) return '';
  const purpose = (attributeOf(element, 'autocomplete') || '').toLowerCase();
  if (/\b(cc-csc|one-time-code)\b/.test(purpose)) return 'code';
  if (/\bcc-number\b/.test(purpose)) return 'card';
  if (/\bcc-exp(-month|-year)?\b/.test(purpose)) return 'expiry';
  if (/\bcc-([a-z]+-)?name\b/.test(purpose)) return 'holder';
  const made = `${attributeOf(element, 'name') || ''} ${attributeOf(element, 'id') || ''}`;
  const said = words(`${label} ${aria || ''} ${attributeOf(element, 'placeholder') || ''} ${made}`).toLowerCase();
  if (CODE_WORDS.test(said)) return 'code';
  if (CARD_WORDS.test(said)) return 'card';
  if (EXPIRY_WORDS.test(said)) return 'expiry';
  if (HOLDER_WORDS.test(said)) return 'holder';
  return werePasswords.has(element) || /\b(current|new)-password\b/.test(purpose) ? 'password' : '';
};
const MOST_BULLETS = 19; // as many as a card has digits

const visitInput = (element, level) => {
  const type = (element.type || 'text').toLowerCase();
  if (type === 'hidden' || replaced.has(element)) return;
  let more = attribute('type', type);
  let value = '';
  if (type === 'checkbox' || type === 'radio') more += flag('checked', element.checked);
  else if (type === 'image') more += attribute('alt', attributeOf(element, 'alt'));
  else if (type !== 'file') value = element.value;
  visitField(element, 'input', level, more, value, type);
};
/** Whether a field that cannot be seen is there for its form alone: neither the focus nor a reader gets to it. */
const isDummy = (element) => element.tabIndex < 0 && attributeOf(element, 'aria-hidden') === 'true';
const visitField = (element, tag, level, more, value, type) => {
  if (!level.isSeen()) return;
  if (level.faint) {
    if (!overlays(element, level.style) || isDummy(element)) return;
  } else if (tag === 'input' && isUnseen(element)) return;
  const label = fieldLabel(element);
  const aria = ariaName(element);
  const secret = tag === 'input' ? secretOf(element, type, label, aria) : '';
  const shown = secret ? '•'.repeat(Math.min(secret === 'password' ? 8 : MOST_BULLETS, value.length)) : value;
  const placeholder = attributeOf(element, 'placeholder');
  const title = attributeOf(element, 'title');
  const hint = label || aria || placeholder ? '' : hintOf(element);
  writeLeaf(
    `<${tag}${more}${attribute('value', shown)}${register(element)}${attribute('data-secret', secret)}${flag('disabled', isOff(element, tag, level))}` +
    `${attribute('role', attributeOf(element, 'role'))}${attribute('data-label', label)}` +
    `${attribute('aria-label', aria)}${attribute('placeholder', placeholder)}${attribute('title', title)}` +
    `${attribute('data-hint', hint)}${flag('required', element.required === true)}` +
    `${flag('readonly', element.readOnly === true)}${states(element)}` +
    `${tag === 'input' && PRESSED.has(type) ? codeOf(element) + postsByItself(element) : ''}`,
    level,
  );
};
const visitSelect = (element, level) => {
  if (!level.isSeen() || (level.faint && !overlays(element, level.style) && hasSeenLabel(element))) return;
  const label = fieldLabel(element);
  const aria = ariaName(element);
  const disabled = isOff(element, 'select', level);
  const slot = writeTag(
    `<select${flag('multiple', element.multiple)}${flag('disabled', disabled)}${attribute('data-label', label)}` +
    `${attribute('aria-label', aria)}${attribute('title', attributeOf(element, 'title'))}` +
    `${attribute('data-hint', label || aria ? '' : hintOf(element))}${flag('required', element.required === true)}`,
    '>',
  );
  const options = element.options;
  const count = Math.min(options.length, MAX_OPTIONS);
  for (let at = 0; at < count; at += 1) visitOption(options[at], disabled);
  if (options.length > count) notes.push(`${options.length - count} choices of a long list are left out.`);
  write('</select>');
  spaced = false;
  level.around.holds(slot, level.side());
};
const visitOption = (option, disabled) => {
  if (attributeOf(option, 'hidden') !== null || styleOf(option).display === 'none') return;
  const group = parentElement(option);
  const grouped = group && localName(group) === 'optgroup' ? attribute('data-group', attributeOf(group, 'label')) : '';
  const said = fold((attributeOf(option, 'label') || option.text).slice(0, MAX_ATTRIBUTE));
  write(
    `<option${register(option)}${flag('selected', option.selected)}` +
    `${flag('disabled', disabled || matches(option, ':disabled'))}${grouped}>${escape(said)}</option>`,
  );
};

const ownPointer = (level) => !level.around.inside && level.pointer && !level.around.pointer;
/** Whether a picture on a control takes up no room only because it is not loaded yet: it names the control then, too. */
const isAwaited = (element, level) => {
  if (level.around.inside !== A_CONTROL || element.complete || !level.isShown()) return false;
  const box = level.measure();
  return box.right - box.left <= 1 || box.bottom - box.top <= 1;
};
const visitImage = (element, level) => {
  const said = pictureName(element);
  const onclick = attributeOf(element, 'onclick') !== null && level.around.inside !== A_CONTROL;
  const click = (onclick || ownPointer(level)) && level.style.pointerEvents !== 'none';
  const map = element.useMap ? areasOf(element) : [];
  if ((!said && !click && !map.length) || !(level.isSeen() || isAwaited(element, level))) return;
  const target = click ? `${register(element)} data-click='${onclick ? 'own' : ''}'` : '';
  if (said && READABLE.test(said)) level.around.sink.pictured = true;
  if (said || click) {
    writeLeaf(`<img${attribute('alt', said)}${target}${click && !said ? attribute('data-hint', hintOf(element)) : ''}`, level);
  }
  for (const area of map) {
    const name = attributeOf(area, 'alt') || ariaName(area) || attributeOf(area, 'title');
    const slot = writeTag(
      `<a${register(area)}${linkOf(area)}${attribute('aria-label', name)}${name ? '' : attribute('data-hint', hintOf(area))}`,
      '></a>',
    );
    level.around.holds(slot, level.side());
  }
};
const areasOf = (image) => {
  const name = image.useMap.replace(/^#/, '');
  for (const map of QUERY_DOCUMENT.call(OWNER_DOCUMENT.call(image), 'map')) {
    if (map.name === name || map.id === name) return [...map.areas].filter((area) => attributeOf(area, 'href') !== null).slice(0, 200);
  }
  return [];
};
const REACTING_DRAWING = 'a, [onclick], [role="button"], [role="link"], foreignObject';
/** A drawing says what its title says, or what is written in it; true where its parts have to be visited. */
const visitDrawing = (element, level) => {
  if (QUERY.call(element, REACTING_DRAWING) !== null) return true;
  const title = QUERY.call(element, 'title');
  const said = ariaName(element) || (title ? title.textContent : '');
  const click = (ownPointer(level) || (level.rich && CLICK_ROLES.has(attributeOf(element, 'role')) && level.around.inside !== A_CONTROL)) &&
    level.style.pointerEvents !== 'none';
  if (!said && !click) {
    const texts = element.getElementsByTagName('text');
    if (texts.length && level.isSeen()) {
      for (let at = 0; at < Math.min(texts.length, 200); at += 1) {
        writeSpace();
        writeText(texts[at].textContent);
        level.around.says(level.side());
      }
    }
    return false;
  }
  if (!level.isSeen()) return false;
  const target = click ? `${register(element)} data-click=''${said ? '' : attribute('data-hint', hintOf(element))}` : '';
  writeLeaf(`<img${attribute('alt', said)}${target}`, level);
  return false;
};
/** Players with controls, and drawings by script that react or are named. */
const visitPlayer = (element, tag, level) => {
  const onclick = attributeOf(element, 'onclick') !== null;
  const reacts = (tag !== 'canvas' && attributeOf(element, 'controls') !== null) || onclick || ownPointer(level);
  const said = ariaName(element) || attributeOf(element, 'title');
  if ((!reacts && !said) || !level.isSeen()) return;
  if (!reacts || level.style.pointerEvents === 'none') {
    if (said) writeLeaf(`<img${attribute('alt', said)}`, level);
    return;
  }
  const slot = writeTag(`<div${register(element)} data-click='own'${attribute('aria-label', said || tag)}`, '></div>');
  level.around.holds(slot, level.side());
};
