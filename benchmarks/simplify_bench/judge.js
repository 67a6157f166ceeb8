/* The judge: what of this document a person can see and act on, found without any of the simplifier's code.

   The expression makes one object with three functions:
   list()          every such element: its place in reading order, tag, role, text and middle
   cover(paths)    which of these a system's targets (given as paths, see path.js) stand for, and how
   unseen(paths)   which of the targets nobody could see, and why

   An element is judged as a person would reach it: everything that a wheel can scroll is scrolled to it, nothing
   else, and then the point that would be clicked has to hit it. What is scrolled is put back. */
() => {
  const ROLES = new Set([
    'button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'menuitem', 'menuitemcheckbox', 'menuitemradio',
    'option', 'combobox', 'textbox', 'searchbox', 'spinbutton', 'slider', 'treeitem',
  ]);
  const NATIVE = 'a[href],area[href],button,input,select,textarea,summary,[contenteditable=""],[contenteditable="true"]';
  const TYPE_ROLES = {
    checkbox: 'checkbox', radio: 'radio', range: 'slider', number: 'spinbutton', search: 'searchbox',
    button: 'button', submit: 'button', reset: 'button', image: 'button', file: 'button', color: 'button',
  };
  const FAINT = 0.05;

  // ---- the composed tree: through open shadow roots ----
  const parentOf = (node) => {
    if (node.assignedSlot) return node.assignedSlot;
    const parent = node.parentNode;
    if (!parent) return null;
    if (parent.nodeType === Node.DOCUMENT_FRAGMENT_NODE) return parent.host || null;
    return parent.nodeType === Node.ELEMENT_NODE ? parent : null;
  };
  const holds = (outer, inner) => {
    for (let at = inner; at; at = parentOf(at)) if (at === outer) return true;
    return false;
  };
  const everything = function* (root) {
    const stack = [root];
    while (stack.length) {
      const element = stack.pop();
      yield element;
      for (let at = element.lastElementChild; at; at = at.previousElementSibling) stack.push(at);
      if (element.shadowRoot) {
        for (let at = element.shadowRoot.lastElementChild; at; at = at.previousElementSibling) stack.push(at);
      }
    }
  };

  // ---- an area of a picture has no box of its own ----
  const isArea = (element) => element.localName === 'area';
  const pictureOf = (area) => {
    const map = area.closest('map');
    const uses = [...area.getRootNode().querySelectorAll('[usemap]')];
    return (map && uses.find((each) => [map.name, map.id].includes(each.useMap.slice(1)))) || null;
  };
  /** What is rendered where an element stands. */
  const shownOf = (element) => (isArea(element) ? pictureOf(element) : element);
  const areaBox = (area) => {
    const picture = pictureOf(area);
    if (!picture) return [];
    const box = sides(picture.getBoundingClientRect());
    const numbers = area.coords.split(/[,\s]+/).map(Number).filter(Number.isFinite);
    if (/^circ/.test(area.shape) && numbers.length >= 3) {
      const [x, y, radius] = numbers;
      return [{ left: box.left + x - radius, top: box.top + y - radius, right: box.left + x + radius, bottom: box.top + y + radius }];
    }
    if (numbers.length < 4) return [box];
    const across = numbers.filter((_, place) => place % 2 === 0);
    const down = numbers.filter((_, place) => place % 2 === 1);
    return [{ left: box.left + Math.min(...across), top: box.top + Math.min(...down),
      right: box.left + Math.max(...across), bottom: box.top + Math.max(...down) }];
  };

  // ---- what can be seen ----
  const opacityOf = (element) => {
    let opacity = 1;
    for (let at = shownOf(element); at; at = parentOf(at)) opacity *= Number(getComputedStyle(at).opacity);
    return opacity;
  };
  const area = (box) => Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
  const meet = (one, other) => ({
    left: Math.max(one.left, other.left), top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right), bottom: Math.min(one.bottom, other.bottom),
  });
  const enough = (box) => box.right - box.left >= 2 && box.bottom - box.top >= 2;
  const sides = (rect) => ({ left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom });
  /** The boxes of an element, or, where it has none of its own (a link around a floating picture), of its content. */
  const boxesOf = (element) => {
    if (isArea(element)) return areaBox(element).filter(enough);
    const own = [...element.getClientRects()].map(sides).filter(enough);
    if (own.length) return own;
    const inner = [];
    for (const child of everything(element)) {
      if (child !== element && opacityOf(child) >= FAINT) inner.push(...[...child.getClientRects()].map(sides).filter(enough));
    }
    return inner.slice(0, 20);
  };
  const makesContainingBlock = (style) =>
    style.transform !== 'none' || style.filter !== 'none' || style.perspective !== 'none' ||
    /paint|strict|content/.test(style.contain);
  /** The ancestors that clip an element, nearest first; the viewport is not among them. */
  const clippers = (element) => {
    const found = [];
    const shown = shownOf(element);
    if (!shown) return found;
    let position = getComputedStyle(shown).position;
    for (let at = parentOf(shown); at && at !== document.documentElement; at = parentOf(at)) {
      const style = getComputedStyle(at);
      const moved = makesContainingBlock(style);
      const skipped = (position === 'fixed' && !moved) || (position === 'absolute' && style.position === 'static' && !moved);
      if (skipped) continue;
      position = style.position;
      const isBody = at === document.body && getComputedStyle(document.documentElement).overflowX === 'visible';
      if (!isBody && (style.overflowX !== 'visible' || style.overflowY !== 'visible') && style.display !== 'inline') {
        found.push([at, style]);
      }
    }
    return found;
  };
  const isFixed = (element) => {
    for (let at = shownOf(element); at; at = parentOf(at)) {
      if (getComputedStyle(at).position === 'fixed') return true;
    }
    return false;
  };
  const viewportHides = () => {
    const html = getComputedStyle(document.documentElement);
    const from = html.overflowX === 'visible' && html.overflowY === 'visible' && document.body
      ? getComputedStyle(document.body) : html;
    const stuck = (overflow) => overflow === 'hidden' || overflow === 'clip';
    return { x: stuck(from.overflowX), y: stuck(from.overflowY) };
  };
  const wheels = (overflow) => overflow === 'auto' || overflow === 'scroll';

  const scrolled = new Map();
  const scrollBy = (scroller, x, y) => {
    if (!scrolled.has(scroller)) scrolled.set(scroller, [scroller.scrollLeft, scroller.scrollTop]);
    scroller.scrollTo({ left: scroller.scrollLeft + x, top: scroller.scrollTop + y, behavior: 'instant' });
  };
  const putBack = () => {
    for (const [scroller, [left, top]] of scrolled) scroller.scrollTo({ left, top, behavior: 'instant' });
    scrolled.clear();
  };
  const off = (box, frame) => [
    (box.left + box.right) / 2 - (frame.left + frame.right) / 2,
    (box.top + box.bottom) / 2 - (frame.top + frame.bottom) / 2,
  ];
  const windowBox = () => ({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
  /** Scrolls, as a wheel could, until the element stands in the middle of what scrolls it. */
  const reach = (element) => {
    for (const [scroller, style] of clippers(element)) {
      const box = boxesOf(element)[0];
      if (!box) return;
      const [x, y] = off(box, scroller.getBoundingClientRect());
      scrollBy(scroller, wheels(style.overflowX) ? x : 0, wheels(style.overflowY) ? y : 0);
    }
    const box = boxesOf(element)[0];
    if (!box || isFixed(element)) return;
    const hides = viewportHides();
    const [x, y] = off(box, windowBox());
    scrollBy(document.scrollingElement || document.documentElement, hides.x ? 0 : x, hides.y ? 0 : y);
  };
  const shownPart = (element, box) => {
    let part = box;
    for (const [at, style] of clippers(element)) {
      const frame = sides(at.getBoundingClientRect());
      if (style.overflowX === 'visible') { frame.left = -Infinity; frame.right = Infinity; }
      if (style.overflowY === 'visible') { frame.top = -Infinity; frame.bottom = Infinity; }
      part = meet(part, frame);
    }
    return meet(part, windowBox());
  };
  const hitAt = (x, y) => {
    let found = document.elementFromPoint(x, y);
    while (found && found.shadowRoot) {
      const root = found.shadowRoot;
      let inner = root.elementFromPoint(x, y);
      // A text that is slotted in belongs to its host, yet the click goes through what is drawn around the slot.
      if (!inner || inner === found) inner = root.elementsFromPoint(x, y).find((each) => each.getRootNode() === root);
      if (!inner) break;
      found = inner;
    }
    return found;
  };
  const POINTS = [[0.5, 0.5], [0.25, 0.5], [0.75, 0.5], [0.5, 0.2], [0.5, 0.8], [0.1, 0.1], [0.9, 0.9], [0.1, 0.9], [0.9, 0.1]];
  /** For shapes that fill little of their box. */
  const FINE_POINTS = [...POINTS, ...Array.from({ length: 400 }, (_, place) => [((place % 20) + 0.5) / 20, (Math.floor(place / 20) + 0.5) / 20])];
  /** Where a click reaches the element: the hit element and the point; or null. */
  const strike = (element) => {
    const parts = boxesOf(element).map((box) => shownPart(element, box)).filter(enough).sort((a, b) => area(b) - area(a));
    for (const part of parts.slice(0, 4)) {
      for (const [along, down] of isArea(element) ? FINE_POINTS : POINTS) {
        const x = part.left + along * (part.right - part.left);
        const y = part.top + down * (part.bottom - part.top);
        const hit = hitAt(x, y);
        if (!hit) continue;
        const label = element.labels ? [...element.labels].some((each) => holds(each, hit)) : false;
        // A control that is as good as transparent lies over what is drawn for it, and takes its clicks.
        const stands = hit.matches('input,select,textarea,button,a') && opacityOf(hit) < FAINT;
        if (holds(element, hit) || label || stands) return { hit, x, y };
      }
    }
    return null;
  };
  /** Whether a field without a look of its own takes the clicks on what is drawn for it: a person sees that, and
      acts on the field (a switch, the box of a component library, a file chooser over its button). */
  const isDrawnBelow = (element) => {
    if (!element.matches('input:not([aria-hidden="true"]),select,textarea') || !parentOf(element)) return false;
    if ([...(element.labels || [])].some((label) => label.checkVisibility() && boxesOf(label).length)) return false; // it is listed itself
    if (!boxesOf(element).some((box) => box.right - box.left >= 8 && box.bottom - box.top >= 8)) return false;
    reach(element);
    const struck = strike(element);
    if (!struck || struck.hit !== element) return false;
    const near = [1, 2, 3].reduce((all) => [...all, parentOf(all[all.length - 1] || element)].filter(Boolean), []);
    const block = near.reverse().find((each) => each.getBoundingClientRect().height < 3 * element.getBoundingClientRect().height + 40);
    const drawn = (below) => {
      if (below === element || !holds(block, below) || opacityOf(below) < FAINT) return false;
      const style = getComputedStyle(below);
      return below.matches('img,svg,svg *,button,canvas') || words(below.innerText) !== '' || style.backgroundImage !== 'none' ||
        /^"/.test(getComputedStyle(below, '::before').content) ||        style.borderTopWidth !== '0px' || !/rgba\(.*, 0\)|transparent/.test(style.backgroundColor);
    };
    return block !== undefined && element.getRootNode().elementsFromPoint(struck.x, struck.y).some(drawn);
  };
  /** Why nobody can see and click an element; the empty text where somebody can. */
  const reasonUnseen = (element) => {
    const shown = shownOf(element);
    if (!shown || !shown.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false })) return 'not rendered';
    if (opacityOf(element) < FAINT && !isDrawnBelow(element)) return 'transparent';
    if (!boxesOf(element).length) return 'no size';
    reach(element);
    if (!boxesOf(element).some((box) => enough(shownPart(element, box)))) return 'clipped or off the page';
    return strike(element) ? '' : 'covered or no click gets there';
  };

  // ---- what is read on it ----
  const words = (text) => (text || '').replace(/\s+/g, ' ').trim().slice(0, 300);
  const byIds = (element, ids) => ids.split(/\s+/).map((id) => element.getRootNode().getElementById?.(id)?.textContent || '').join(' ');
  const pictures = (element) => [...element.querySelectorAll('img[alt],svg[aria-label],[aria-label],[title],svg title')]
    .map((each) => each.getAttribute('alt') || each.getAttribute('aria-label') || each.getAttribute('title') || each.textContent)
    .join(' ');
  const textOf = (element) => {
    const labelled = element.getAttribute('aria-labelledby');
    const labels = element.labels ? [...element.labels].map((each) => each.innerText).join(' ') : '';
    const isButton = element.localName === 'input' && ['submit', 'button', 'reset'].includes(element.type);
    const isField = ['input', 'select', 'textarea'].includes(element.localName);
    const choices = [
      element.getAttribute('aria-label'), labelled && byIds(element, labelled), labels,
      isButton && (element.value || element.type), isField ? '' : element.innerText, element.label,
      element.getAttribute('alt'), element.getAttribute('placeholder'), pictures(element), element.getAttribute('title'),
    ];
    return words(choices.find((each) => words(each)));
  };
  const roleOf = (element) => {
    const given = (element.getAttribute('role') || '').trim().split(/\s+/)[0];
    if (ROLES.has(given)) return given;
    switch (element.localName) {
      case 'a': case 'area': return element.hasAttribute('href') ? 'link' : 'generic';
      case 'input': return TYPE_ROLES[element.type] || 'textbox';
      case 'select': return element.multiple || element.size > 1 ? 'listbox' : 'combobox';
      case 'textarea': return 'textbox';
      case 'summary': case 'button': return 'button';
      case 'option': return 'option';
      default: return element.isContentEditable && element.matches('[contenteditable]') ? 'textbox' : 'generic';
    }
  };

  // ---- what can be acted on ----
  const isNative = (element) =>
    (element.matches(NATIVE) && element.type !== 'hidden') || ROLES.has((element.getAttribute('role') || '').split(/\s+/)[0]);
  /** A handler without a body does nothing: React hangs one on whatever listens, its root and backdrops among it. */
  const EMPTY = /^(function\s*\w*\s*\([^)]*\)|\([^)]*\)\s*=>)\s*\{\s*\}$/;
  const hasHandler = (element) =>
    element.hasAttribute('onclick') || (typeof element.onclick === 'function' && !EMPTY.test(String(element.onclick).trim()));
  const pointed = (element) => getComputedStyle(element).cursor === 'pointer';
  const insideNative = (element) => {
    for (let at = parentOf(element); at; at = parentOf(at)) {
      if (isNative(at) || (at.localName === 'label' && at.control)) return true;
    }
    return false;
  };
  const nativesIn = (element) => {
    let count = 0;
    for (const child of everything(element)) if (child !== element && isNative(child)) count += 1;
    return count;
  };
  /** Whether an element that no standard calls a control behaves like one. */
  const seemsActive = (element) => {
    if (element === document.body || element === document.documentElement) return false;
    if (element.localName === 'label') {
      const control = element.control;
      return control !== null && control.type !== 'hidden' && reasonUnseen(control) !== '';
    }
    const parent = parentOf(element);
    const starts = pointed(element) && (hasHandler(element) || !parent || !pointed(parent));
    const clickable = starts || hasHandler(element);
    if (clickable) return !insideNative(element) && !isWrapper(element);
    // A tab's panel takes the focus to be read on, not to be acted on.
    const isPanel = element.getAttribute('role') === 'tabpanel';
    return !isPanel && element.hasAttribute('tabindex') && element.tabIndex >= 0 && !insideNative(element) && nativesIn(element) === 0;
  };
  /** Whether an element is only the hull of one control, with nothing of its own to read or click. */
  const isWrapper = (element) => {
    if (hasHandler(element)) return false;
    const inner = [...everything(element)].filter((child) => child !== element && isNative(child));
    const outermost = inner.filter((child) => !inner.some((other) => other !== child && holds(other, child)));
    if (outermost.length !== 1) return outermost.length > 1 && words(element.innerText) === words(outermost.map((each) => each.innerText).join(' '));
    return words(element.innerText) === words(outermost[0].innerText) || outermost[0].matches('input,select,textarea');
  };

  const listed = [];
  /** For each listed link the place of the first one that leads to the same address from the same card. */
  const twins = () => {
    const byAddress = new Map();
    return listed.map((element, place) => {
      const address = addressOf(element);
      if (!address) return place;
      const places = byAddress.get(address) || [];
      byAddress.set(address, [...places, place]);
      const first = places.find((other) => inOneCard(element, listed[other]));
      return first === undefined ? place : first;
    });
  };
  const list = () => {
    listed.length = 0;
    const found = [];
    const add = (element, x, y) => {
      listed.push(element);
      found.push({ order: listed.length - 1, tag: element.localName, role: roleOf(element), text: textOf(element), x, y,
        bid: element.getAttribute('bid'), markup: element.cloneNode(false).outerHTML.slice(0, 200) });
    };
    for (const element of everything(document.documentElement)) {
      if (element.localName === 'option' || element.closest('option')) continue;
      if (!isNative(element) && !seemsActive(element)) continue;
      if (element.matches(':disabled') || reasonUnseen(element) !== '') continue;
      const struck = strike(element);
      add(element, struck.x, struck.y);
      if (element.localName !== 'select') continue;
      for (const option of element.options) {
        const gone = option.disabled || option.hidden || getComputedStyle(option).display === 'none';
        if (!gone && words(option.label)) add(option, struck.x, struck.y);
      }
    }
    twins().forEach((twin, place) => { found[place].twin = twin; });
    putBack();
    return found;
  };

  // ---- what stands for what ----
  const at = (path) => {
    let node = document.documentElement;
    for (const step of path.split('/').filter(Boolean)) {
      node = step === 's' ? node?.shadowRoot : node?.children[Number(step)];
      if (!node) return null;
    }
    return node;
  };
  const addressOf = (element) => (element.localName === 'a' && element.href ? element.href.replace(/[?#].*$/, '') : '');
  const isItem = (element) => {
    if (/^(li|tr|article)$/.test(element.localName) || /^(listitem|row|article)$/.test(element.getAttribute('role') || '')) return true;
    const first = element.classList[0];
    const alike = element.parentElement ? [...element.parentElement.children].filter(
      (each) => each.localName === element.localName && each.classList[0] === first) : [];
    return alike.length >= 3;
  };
  /** Whether two elements stand in one card: an item of a list, not much higher than the window. */
  const inOneCard = (one, other) => {
    for (let up = parentOf(one); up; up = parentOf(up)) {
      if (!isItem(up) || !holds(up, other)) continue;
      return up.getBoundingClientRect().height <= 1.5 * innerHeight;
    }
    return false;
  };
  const standsFor = (element, targets, byAddress) => {
    if (targets.has(element)) return 'itself';
    if (element.localName === 'select') {
      for (const option of element.options) if (targets.has(option)) return 'its options';
    }
    if (element.control && targets.has(element.control)) return 'its control';
    for (const label of element.labels || []) if (targets.has(label)) return 'its label';
    if (element.localName === 'option') return '';
    const below = struckTarget(element, targets);
    if (below && holds(element, below)) return 'what a click on it hits';
    if (below && !holds(below, element)) return 'what a click on it hits';
    // A box inside a link or button only shows its state: a click on either is a click on both.
    const isBox = element.matches('input[type=checkbox],input[type=radio]');
    if (below && (!isNative(element) || isBox || isHitBy(below, element))) return 'what holds it';
    for (const link of byAddress.get(addressOf(element)) || []) {
      if (inOneCard(element, link)) return 'the same address in its card';
    }
    return '';
  };
  const struckTarget = (element, targets) => {
    reach(element);
    const struck = strike(element);
    for (let up = struck && struck.hit; up; up = parentOf(up)) {
      if (targets.has(up)) return up;
      if (up.localName === 'label' && up.control && targets.has(up.control)) return up.control;
    }
    return null;
  };
  const isHitBy = (outer, element) => {
    reach(outer);
    const struck = strike(outer);
    return struck !== null && holds(element, struck.hit);
  };
  const cover = (paths) => {
    const targets = new Set(paths.map(at).filter(Boolean));
    const byAddress = new Map();
    for (const target of targets) {
      const address = addressOf(target);
      if (address) byAddress.set(address, [...(byAddress.get(address) || []), target]);
    }
    const hows = listed.map((element) => standsFor(element, targets, byAddress));
    putBack();
    return hows;
  };
  const unseen = (paths) => {
    const found = [];
    paths.forEach((path, index) => {
      const element = at(path);
      if (!element) return;
      const shown = element.localName === 'option' ? element.closest('select') : element;
      const reason = shown ? reasonUnseen(shown) : '';
      const labelled = reason && [...(shown.labels || [])].some((label) => reasonUnseen(label) === '');
      if (reason && !labelled) found.push({ index, reason, markup: element.cloneNode(false).outerHTML.slice(0, 200) });
    });
    putBack();
    return found;
  };
  return { list, cover, unseen };
}
