/* What of the window a picture must not show: fields for secrets, and contact data, wherever they stand. Boxes are in CSS
   pixels of the window of this process's outermost document. */
const CONTACT = /[\w.+-]+@[\w-]+\.[\w.-]+|\+?\(?\d(?:[ ()./\u00a0-]{0,2}\d){8,18}/;
const SECRET_REF = /<[^<>]* data-ref='now:(\d+)'[^<>]* data-secret='[^<>]*>/g;
const MOST_SHADES = 200;

const shade = () => {
  const { said, places } = take();
  if (said === null) return null;
  const boxes = [];
  const secret = new Set([...said.html.matchAll(SECRET_REF)].map((found) => Number(found[1])));
  for (const [node, place] of places) {
    const shown = 'value' in node && typeof node.value === 'string' && CONTACT.test(node.value);
    if (secret.has(place) || shown) boxes.push(boxOf(node));
  }
  const range = document.createRange();
  for (const root of rootsWithin(document)) {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text && boxes.length < MOST_SHADES; text = texts.nextNode()) {
      if (!CONTACT.test(text.data)) continue;
      range.selectNodeContents(text);
      for (const { x, y, width, height } of range.getClientRects()) {
        if (text.parentElement) boxes.push([...outwardOf(text.parentElement, x, y), width, height]);
      }
    }
  }
  if (bar !== null && bar.host.isConnected) boxes.push(boxOf(bar.host));
  const apart = said.remote.map(([number]) => [number, reader.frame(number)]).filter(([, frame]) => frame);
  return {
    boxes,
    apart: apart.map(([number, frame]) => [number, boxOf(frame)]),
    window: [innerWidth, innerHeight],
  };
};
/** A document with its shadow trees and the documents of frames in this process. */
const rootsWithin = (root) => {
  const found = [root];
  for (const element of root.querySelectorAll('*')) {
    if (element.shadowRoot) found.push(...rootsWithin(element.shadowRoot));
    const inner = element.localName === 'iframe' && innerDocument(element);
    if (inner) found.push(...rootsWithin(inner));
  }
  return found;
};
const innerDocument = (frame) => {
  try {
    return frame.contentDocument;
  } catch {
    return null; // another process shows it
  }
};
