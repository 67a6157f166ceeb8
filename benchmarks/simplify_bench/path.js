/* Where an element stands in its document: the place among its siblings at each level; `s` enters a shadow root. */
(element) => {
  const steps = [];
  let node = element;
  while (node && node !== node.ownerDocument.documentElement) {
    const parent = node.parentNode;
    if (!parent) return null;
    steps.push(Array.prototype.indexOf.call(parent.children, node));
    if (parent.nodeType === 11) steps.push('s');
    node = parent.nodeType === 11 ? parent.host : parent;
  }
  return steps.reverse().join('/');
}
