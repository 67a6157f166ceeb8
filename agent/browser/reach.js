/* Where an element stands in the window of this process's outermost document: left, top, width and height. */
const placeOf = (element) => {
  const box = element.getBoundingClientRect();
  let { left, top } = box;
  for (let view = element.ownerDocument.defaultView; view && view !== window; view = view.parent) {
    const frame = view.frameElement;
    if (!frame) break; // of another site: nothing is known of what lies around it
    const around = frame.getBoundingClientRect();
    left += around.left + frame.clientLeft;
    top += around.top + frame.clientTop;
  }
  return [left, top, box.width, box.height];
};

/* Where the mouse can press an element, in the window of this process's outermost document: brings it into view and
   looks for a point of it that nothing covers, and that is not another control inside it. Says what covers it where there
   is no such point. An area of a picture has no box of its own: its points are those of the picture that belong to it. */
const reach = (element) => {
  const CONTROLS = 'a[href], button, input, select, textarea, summary, [role="button"], [role="link"]';
  const FRACTIONS = [0.5, 0.25, 0.75, 0.1, 0.9];
  const FINE = 40; // parts of a picture's side; an area may be small

  const { ownerDocument: document } = element;
  const view = document.defaultView;
  if (view === null) return { state: 'gone' };
  const fold = (text) => (text || '').replace(/\s+/g, ' ').trim();
  const up = (node) => node.assignedSlot || node.parentNode || node.host || null;
  const inside = (node, ancestor) => {
    for (let at = node; at; at = up(at)) if (at === ancestor) return true;
    return false;
  };
  const pictureOf = (area) => {
    const map = area.closest('map');
    const pictures = [...area.getRootNode().querySelectorAll('img[usemap], object[usemap]')];
    const named = (each) => map !== null && [map.name, map.id].includes(each.getAttribute('usemap').slice(1));
    return pictures.find((each) => named(each) && each.getClientRects().length) || null;
  };
  const isArea = element.localName === 'area';
  const standing = () => (isArea ? pictureOf(element) : element);
  const controlOf = (label) => (label.localName === 'label' ? label.control : null);

  const deepest = (x, y) => deepestIn(document, x, y);
  const deepestIn = (document, x, y) => {
    let hit = document.elementFromPoint(x, y);
    while (hit && hit.shadowRoot) {
      const root = hit.shadowRoot;
      let inner = root.elementFromPoint(x, y);
      // A text that is slotted in belongs to its host, yet a press goes through what is drawn around the slot.
      if (!inner || inner === hit) inner = root.elementsFromPoint(x, y).find((each) => each.getRootNode() === root);
      if (!inner) break;
      hit = inner;
    }
    return hit;
  };
  const presses = (hit) => {
    if (inside(hit, element)) return true;
    for (let at = hit; at; at = up(at)) if (at.localName === 'label') return controlOf(at) === element;
    return false;
  };
  const pressesOther = (hit) => {
    for (let at = hit; at && at !== element; at = up(at)) {
      if (at.matches && at.matches(CONTROLS) && at !== controlOf(element)) return inside(at, element);
    }
    return false;
  };

  /** The box around an area's coordinates; the whole picture where it has none. */
  const outline = (picture) => {
    const box = picture.getBoundingClientRect();
    const style = getComputedStyle(picture);
    const left = box.left + parseFloat(style.borderLeftWidth) + parseFloat(style.paddingLeft);
    const top = box.top + parseFloat(style.borderTopWidth) + parseFloat(style.paddingTop);
    const numbers = element.coords.split(/[,\s]+/).map(Number).filter(Number.isFinite);
    const across = numbers.filter((_, at) => at % 2 === 0);
    const down = numbers.filter((_, at) => at % 2 === 1);
    if (/^circ/.test(element.shape) && numbers.length >= 3) {
      const [x, y, radius] = numbers;
      return new DOMRect(left + x - radius, top + y - radius, 2 * radius, 2 * radius);
    }
    if (numbers.length < 4) return box;
    const x = Math.min(...across);
    const y = Math.min(...down);
    return new DOMRect(left + x, top + y, Math.max(...across) - x, Math.max(...down) - y);
  };
  const boxes = () => (isArea ? [outline(standing())] : element.getClientRects());
  const fractions = () => (isArea ? [...FRACTIONS, ...Array.from({ length: FINE }, (_, at) => (at + 0.5) / FINE)] : FRACTIONS);

  const points = () => {
    const found = [];
    for (const box of boxes()) {
      const left = Math.max(box.left, 0);
      const top = Math.max(box.top, 0);
      const width = Math.min(box.right, view.innerWidth) - left;
      const height = Math.min(box.bottom, view.innerHeight) - top;
      if (width <= 0 || height <= 0) continue;
      for (const down of fractions()) {
        for (const across of fractions()) found.push({ x: left + width * across, y: top + height * down });
      }
    }
    return found;
  };
  /** The same point in the outermost document's window; null where something there lies over the frame. */
  const outside = ({ x, y }) => (view === window ? [x, y] : reader.outward(view.frameElement, x, y));
  const free = () => {
    let second = null;
    for (const point of points()) {
      const hit = deepest(point.x, point.y);
      if (!hit || !presses(hit)) continue;
      const at = outside(point);
      if (at === null) continue;
      if (!pressesOther(hit)) return at;
      second = second || at;
    }
    return second;
  };

  const cover = () => {
    const hits = points().map((point) => deepest(point.x, point.y));
    let layer = hits.find((hit) => hit && !inside(hit, element) && !inside(element, hit));
    if (!layer) return '';
    for (let next = up(layer); next && next.localName && !inside(element, next); next = up(next)) layer = next;
    const heading = layer.querySelector('h1, h2, h3, h4, h5, h6, [role="heading"]');
    const name =
      fold(layer.getAttribute('aria-label')) || fold(heading && heading.innerText) || fold(layer.innerText).slice(0, 80);
    return name || 'something without a text';
  };

  if (!element.isConnected) return { state: 'gone' };
  const shown = standing();
  if (!shown || !shown.checkVisibility({ visibilityProperty: true }) || shown.getClientRects().length === 0) {
    return { state: 'hidden' };
  }
  const before = placeOf(shown);
  for (const block of ['nearest', 'center', 'start', 'end']) {
    shown.scrollIntoView({ block, inline: 'nearest', behavior: 'instant' });
    const point = free();
    if (!point) continue;
    const box = placeOf(shown);
    return { state: 'free', x: point[0], y: point[1], box, scrolled: box[0] !== before[0] || box[1] !== before[1] };
  }
  const by = cover();
  return by ? { state: 'covered', by } : { state: 'hidden' };
};
