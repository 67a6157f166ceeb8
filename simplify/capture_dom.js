/* The page's own tree, read so that nothing in the page can mislead or notice it.
 *
 * These scripts run in a world of their own: what the page did to its prototypes does not exist here. One trap
 * is left: a form answers to the names of its fields before its own properties, so that <input name="firstChild">
 * hides the form's first child. Everything that may be asked of a form or a document is therefore asked through
 * the getters of the prototypes.
 */
const getterOf = (prototype, property) => {
  for (let at = prototype; at; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, property);
    if (found) return found.get;
  }
  throw new Error(`no getter for ${property}`);
};
const FIRST_CHILD = getterOf(Node.prototype, 'firstChild');
const NEXT_SIBLING = getterOf(Node.prototype, 'nextSibling');
const NODE_TYPE = getterOf(Node.prototype, 'nodeType');
const PARENT_NODE = getterOf(Node.prototype, 'parentNode');
const IS_CONNECTED = getterOf(Node.prototype, 'isConnected');
const OWNER_DOCUMENT = getterOf(Node.prototype, 'ownerDocument');
const LOCAL_NAME = getterOf(Element.prototype, 'localName');
const SHADOW_ROOT = getterOf(Element.prototype, 'shadowRoot');
const DOCUMENT_ELEMENT = getterOf(Document.prototype, 'documentElement');
const BODY = getterOf(Document.prototype, 'body');
const DEFAULT_VIEW = getterOf(Document.prototype, 'defaultView');
const TITLE = getterOf(Document.prototype, 'title');
const URL_OF = getterOf(Document.prototype, 'URL');
const GET_ATTRIBUTE = Element.prototype.getAttribute;
const HAS_ATTRIBUTES = Element.prototype.hasAttributes;
const MATCHES = Element.prototype.matches;
const QUERY = Element.prototype.querySelector;
const RECT = Element.prototype.getBoundingClientRect;
const CHECK_VISIBILITY = Element.prototype.checkVisibility;
const ROOT_NODE = Node.prototype.getRootNode;
const QUERY_DOCUMENT = Document.prototype.querySelectorAll;
const FROM_POINT = Document.prototype.elementFromPoint;

const firstChild = (node) => FIRST_CHILD.call(node);
const nextSibling = (node) => NEXT_SIBLING.call(node);
const nodeType = (node) => NODE_TYPE.call(node);
const localName = (element) => LOCAL_NAME.call(element);
const shadowRoot = (element) => SHADOW_ROOT.call(element);
const attributeOf = (element, name) => GET_ATTRIBUTE.call(element, name);
const matches = (element, selector) => MATCHES.call(element, selector);
const rectOf = (element) => RECT.call(element);
const styleOf = (element) => getComputedStyle(element);
/** Whether an element is rendered and not made invisible by itself or an ancestor. */
const isRendered = (element) =>
  CHECK_VISIBILITY.call(element, { opacityProperty: true, visibilityProperty: true });
/** The parent, out of a shadow tree too. */
const up = (node) => {
  const parent = PARENT_NODE.call(node);
  return parent !== null && nodeType(parent) === 11 ? parent.host : parent;
};
const within = (ancestor, element) => {
  for (let at = element; at; at = up(at)) if (at === ancestor) return true;
  return false;
};
const parentElement = (element) => {
  const parent = up(element);
  return parent !== null && nodeType(parent) === 1 ? parent : null;
};
