/* What a person can read in a document right now, for telling what an action changed. */
const lookAt = (document) => {
  const MAX_TEXT = 400000;
  const MAX_LINES = 4000;
  const MAX_WORDLESS = 1000;
  const MAX_FIELDS = 300;
  const DIALOGS = 'dialog[open], [role="dialog"], [role="alertdialog"], [aria-modal="true"], [popover]';
  const MESSAGES = '[role="alert"], [role="status"], [aria-live="polite"], [aria-live="assertive"], output';
  const FIELDS = 'input, textarea, select';
  const NO_FIELDS = ['hidden', 'password', 'checkbox', 'radio', 'button', 'submit', 'reset', 'image', 'file'];
  const WORDLESS = 'input:not([type="hidden"]), textarea, select, button, a[href], [role="button"], img[alt]';

  const fold = (text) => (text || '').replace(/\s+/g, ' ').trim();

  const roots = [];
  const collect = (root) => {
    roots.push(root);
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) collect(element.shadowRoot);
    }
  };
  collect(document);
  const find = (selector) => roots.flatMap((root) => [...root.querySelectorAll(selector)]);

  const visible = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1;
  };

  const referredTo = (element) => {
    const labels = (element.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean);
    const referred = labels.map((id) => element.getRootNode().getElementById(id)).filter(Boolean);
    return fold(referred.map((label) => label.textContent).join(' '));
  };

  const nameOf = (element) => {
    const heading = element.querySelector('h1, h2, h3, h4, h5, h6, [role="heading"], legend');
    return (
      fold(element.getAttribute('aria-label')) ||
      referredTo(element) ||
      fold(heading && heading.innerText) ||
      fold((element.innerText || '').trim().split('\n')[0])
    ).slice(0, 120);
  };

  const isDialog = (element) =>
    !element.matches('[popover]:not(dialog[open], :popover-open)') && element !== globalThis.participantBar && visible(element);
  const dialogs = find(DIALOGS).filter(isDialog);
  const outermost = dialogs.filter((one) => !dialogs.some((other) => other !== one && other.contains(one)));

  const texts = [document.body ? document.body.innerText : ''];
  for (const root of roots.slice(1)) {
    for (const child of root.children) {
      if (child.innerText && child.checkVisibility()) texts.push(child.innerText);
    }
  }
  const lines = texts.join('\n').slice(0, MAX_TEXT).split('\n').map(fold).filter(Boolean).slice(0, MAX_LINES);

  /* Fields, signs and pictures: what stands on the page without a word of text. */
  const textOf = (label) => {
    const texts = document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
    let text = '';
    while (texts.nextNode()) if (!texts.currentNode.parentElement.closest('select, textarea')) text += texts.currentNode.data;
    return text;
  };
  const calledWithoutText = (element) =>
    fold(
      element.getAttribute('aria-label') || referredTo(element) || (element.labels && element.labels[0] && textOf(element.labels[0])) ||
      element.getAttribute('placeholder') || element.getAttribute('alt') || element.getAttribute('title'),
    ).slice(0, 120);
  const isWordless = (element) => element.matches('select, textarea') || !fold(element.textContent);
  const wordless = find(WORDLESS).slice(0, MAX_WORDLESS).filter((element) => isWordless(element) && visible(element))
    .map(calledWithoutText).filter(Boolean);

  /* What fields say: a button beside one may fill it in. */
  const saysSomething = (element) =>
    !NO_FIELDS.includes(element.type) && !/\bcc-|password|one-time-code/.test(element.autocomplete || '');
  const withLetters = (name) => (/\p{L}/u.test(name) ? name : '');
  const said = (element) =>
    fold(element.matches('select') ? [...element.selectedOptions].map((option) => option.text).join(', ') : element.value);
  const fields = find(FIELDS).filter(saysSomething).slice(0, MAX_FIELDS).filter(visible)
    .map((element) => [withLetters(calledWithoutText(element)), said(element).slice(0, 120)]);

  const anchor = document.querySelector(':target');
  return {
    document: document.defaultView.performance.timeOrigin,
    content_type: document.contentType,
    url: document.location.href,
    title: fold(document.title),
    dialogs: outermost.map(nameOf),
    messages: find(MESSAGES).filter(visible).map((element) => fold(element.innerText)).filter(Boolean),
    lines,
    wordless,
    fields,
    anchor: anchor ? nameOf(anchor) : '',
  };
};
