/* Keeps an eye on one element while it is acted on: its state, whether the browser refused its form, and whether the
   mouse came down on it. A label stands for what it labels: a person sees the label where the box itself is drawn anew. */
const watchOver = (seen) => {
  const document = seen.ownerDocument;
  const view = document.defaultView;
  const TEXT_TYPES = new Set(['text', 'search', 'email', 'url', 'tel', 'password']);
  const FORMATTED_TYPES = new Set(['number', 'range', 'date', 'time', 'datetime-local', 'month', 'week', 'color']);

  const fold = (text) => (text || '').replace(/\s+/g, ' ').trim();
  const element = (seen.localName === 'label' && seen.control) || seen;
  const tag = element.localName;
  const type = tag === 'input' || tag === 'button' ? element.type : '';
  const select = tag === 'option' ? element.closest('select') : null;

  const editing = () => {
    if (tag === 'textarea' || (tag === 'input' && TEXT_TYPES.has(type))) return 'text';
    if (tag === 'input' && FORMATTED_TYPES.has(type)) return 'formatted';
    return element.isContentEditable ? 'content' : '';
  };
  const disabled = () =>
    element.matches(':disabled') ||
    (select !== null && select.matches(':disabled')) ||
    element.closest('[aria-disabled="true"], [inert]') !== null;
  const value = () => {
    if (editing() === 'content') return element.innerText;
    return tag === 'input' || tag === 'textarea' ? element.value : '';
  };
  const chosen = () => {
    if (select !== null) return element.selected;
    if (type === 'checkbox' || type === 'radio') return element.checked;
    return { true: true, false: false }[element.getAttribute('aria-checked')] ?? null;
  };

  const labelOf = (control) =>
    fold(control.labels && control.labels[0] && control.labels[0].innerText) ||
    fold(control.getAttribute('aria-label')) ||
    fold(control.getAttribute('placeholder')) ||
    fold(control.name);

  /* The browser's own refusal of a form: it says so at the first field that is not filled in as asked. */
  let refusal = null;
  const stop = new AbortController();
  const note = (event) => {
    refusal ??= { event, control: event.composedPath()[0] };
  };
  const root = element.getRootNode();
  for (const place of root === document ? [view] : [view, root]) {
    place.addEventListener('invalid', note, { capture: true, signal: stop.signal });
  }
  /* Where the mouse came down. On a page that moves things about it may come down on another one: nothing of that press
     reaches the page then. Where the page is known to move all the time, each part of a press has to be on the element.
     What the keyboard sets off is no press (its clicks have no detail). */
  const GUARDED = 3000; // milliseconds
  let until = 0;
  let strict = false;
  let passes = true;
  let missed = false;
  const isOn = (event) => {
    const path = event.composedPath();
    return [seen, element, select, ...(element.labels || [])].some((each) => each !== null && path.includes(each));
  };
  let clicks = 0;
  const keep = (event) => {
    if (event.type === 'click' && event.isTrusted) clicks += 1;
    if (performance.now() > until || (event.type === 'click' && event.detail === 0)) return;
    if (event.type === 'pointerdown') {
      passes = isOn(event);
      missed ||= !passes;
    }
    if (passes && (!strict || isOn(event))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  for (const place of new Set([view, window])) {
    for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
      place.addEventListener(kind, keep, { capture: true, signal: stop.signal });
    }
  }
  const complaint = () => {
    if (refusal === null || refusal.event.defaultPrevented) return null;
    const { control } = refusal;
    const message = fold(control.validationMessage);
    return message ? { field: labelOf(control), message, own: control === element } : null;
  };

  return {
    stop: () => stop.abort(),
    guard: (everyPart) => {
      until = performance.now() + GUARDED;
      strict = everyPart;
      missed = false;
      clicks = 0;
    },
    /** Resolves with whether it takes what is done with it, which it may do in a moment. */
    enabled: async (limit) => {
      for (const ends = performance.now() + limit; disabled() && performance.now() < ends; ) await pause();
      return !disabled();
    },
    /** Resolves once a click came, which a tap sets off only when it is known to be no gesture, or after `limit`. */
    clicked: async (limit) => {
      for (const ends = performance.now() + limit; !clicks && performance.now() < ends; ) await pause();
    },
    report: () => ({
      connected: element.isConnected,
      tag,
      type: reader.wasPassword(element) ? 'password' : type,
      editing: editing(),
      disabled: disabled(),
      read_only: element.readOnly === true || element.getAttribute('aria-readonly') === 'true',
      multiple: select !== null && select.multiple,
      chosen: chosen(),
      value: value(),
      expanded: element.getAttribute('aria-expanded'),
      pressed: element.getAttribute('aria-pressed'),
      scheme: (tag === 'a' || tag === 'area') && element.href ? element.protocol : '',
      complaint: complaint(),
      missed,
    }),
  };
};
