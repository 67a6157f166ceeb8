/* What a thing is called: its labels, its accessible name, and at last what its makers called it. */
const LABEL_SKIP = new Set(['select', 'textarea', 'script', 'style', 'template', 'noscript', 'button', 'svg']);
/** The text of an element, also where it is clipped away for the eye, at most `limit` characters. */
const plainText = (element, limit = 300) => {
  let text = '';
  let budget = 2000; // nodes
  const visit = (node, depth) => {
    for (let child = firstChild(node); child && text.length < limit; child = nextSibling(child)) {
      budget -= 1;
      if (budget < 0) return;
      const type = nodeType(child);
      if (type === 3) text += child.data.slice(0, 2 * limit);
      else if (type === 1 && depth < 40 && !LABEL_SKIP.has(localName(child))) {
        const style = styleOf(child);
        if (style.display === 'none' || style.visibility !== 'visible') continue;
        if (style.display !== 'inline') text += ' ';
        visit(shadowRoot(child) || child, depth + 1);
      }
    }
  };
  visit(shadowRoot(element) || element, 0);
  return fold(text).slice(0, limit);
};
const labelledBy = (element) => {
  const ids = attributeOf(element, 'aria-labelledby');
  if (!ids) return '';
  const scope = ROOT_NODE.call(element);
  const texts = [];
  for (const id of ids.slice(0, MAX_ATTRIBUTE).split(/\s+/).slice(0, 8)) {
    const found = scope.getElementById && scope.getElementById(id);
    if (found) texts.push(plainText(found) || attributeOf(found, 'aria-label') || '');
  }
  return fold(texts.join(' '));
};
const ariaName = (element) => labelledBy(element) || attributeOf(element, 'aria-label') || '';

const pictureName = (picture) => attributeOf(picture, 'alt') || ariaName(picture) || attributeOf(picture, 'title');

let labelMaps = new Map();
/** The labels of a control; looked up once a document, since a page may have as many as it has controls. */
const labelsOf = (control) => {
  const scope = ROOT_NODE.call(control);
  let labels = labelMaps.get(scope);
  if (labels === undefined) {
    labels = new Map();
    const all = nodeType(scope) === 9 ? QUERY_DOCUMENT.call(scope, 'label') : scope.querySelectorAll('label');
    for (let at = 0; at < all.length; at += 1) {
      const labelled = all[at].control;
      if (labelled) labels.set(labelled, [...(labels.get(labelled) || []).slice(0, 2), all[at]]);
    }
    labelMaps.set(scope, labels);
  }
  return labels.get(control) || [];
};
const fieldLabel = (element) => fold(labelsOf(element).map((label) => plainText(label)).join(' '));

const ORDINARY = /^(icon|btn|button|link|a|nav|item|svg|img|image|wrapper|container|js|is|has)$/;
/** Classes that say how a thing is laid out, as Tailwind's and Bootstrap's do, and not what it is. */
const LAYOUT = new RegExp(
  '[:[!/]|^(flex|grid|block|inline|contents|hidden|relative|absolute|fixed|sticky|static|transform|truncate|uppercase|underline' +
  '|group|peer|sr-only|antialiased|pointer|visible|invisible|border|rounded|shadow|ring|outline|transition|grow|shrink)$' +
  '|^btn-(outline|primary|secondary|success|danger|warning|info|light|dark|link|default|ghost|block|sm|lg|xs)' +
  '|^-?([mp][trblxyse]?|[whz]|min|max|size|d|g|fs|fw|lh|gap|items|justify|content|self|place|text|font|bg|border|rounded|shadow' +
  '|ring|outline|opacity|top|left|right|bottom|inset|col|row|order|space|divide|overflow|cursor|transition|duration|delay|ease' +
  '|animate|scale|translate|rotate|origin|select|pointer-events|leading|tracking|whitespace|break|shrink|grow|flex|grid|basis' +
  '|inline|float|align|fill|stroke|object|aspect|line-clamp|hover|focus|dark|(sm|md|lg|xl))-',
);
const words = (text) =>
  fold((text || '').slice(0, MAX_ATTRIBUTE).replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[^\p{L}\p{N}]+/gu, ' '));
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const lastOfPath = (href) => {
  const part = href.slice(0, 2000).split(/[?#]/)[0].split('/').filter((each) => each && !UUID.test(each)).pop() || '';
  try {
    return words(decodeURI(part));
  } catch {
    return words(part);
  }
};
/** What its makers called a thing on which nothing is written. */
const hintOf = (element) => {
  for (const name of ['name', 'data-testid', 'id']) {
    const value = words(attributeOf(element, name));
    if (value && value.length <= 40 && !/\d{3}/.test(value)) return value;
  }
  const href = attributeOf(element, 'href');
  if (href && !/^(#|javascript:)/i.test(href)) {
    const last = lastOfPath(href);
    if (last && last.length <= 40 && /\p{L}/u.test(last)) return last;
  }
  const classes = (attributeOf(element, 'class') || '').slice(0, MAX_ATTRIBUTE).split(/\s+/);
  const named = words(classes.filter((each) => !LAYOUT.test(each)).join(' ')).split(' ');
  return named.filter((word) => word.length > 2 && !ORDINARY.test(word)).slice(0, 2).join(' ');
};
/** What is drawn on an empty thing by its style sheet, where that can be read. */
const drawnText = (element) => {
  for (const part of ['::before', '::after']) {
    const content = getComputedStyle(element, part).content;
    if (content.length > 2 && content[0] === '"' && /\p{L}{2}/u.test(content)) return content.slice(1, -1);
  }
  return '';
};
