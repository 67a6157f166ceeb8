/* Whether a click in the middle of an element would hit it now: for areas of a picture, and for what never rests. */
(element) => {
  element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  let box = element.getBoundingClientRect();
  let [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  if (element.localName === 'area') {
    const picture = document.querySelector(`img[usemap="#${CSS.escape(element.parentElement.name)}"]`);
    if (!picture) return false;
    picture.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    box = picture.getBoundingClientRect();
    const numbers = element.coords.split(',').map(Number);
    const even = numbers.filter((_, index) => index % 2 === 0);
    const odd = numbers.filter((_, index) => index % 2 === 1);
    const middle = (all) => (Math.min(...all) + Math.max(...all)) / 2;
    [x, y] = element.shape === 'circle'
      ? [box.left + numbers[0], box.top + numbers[1]]
      : numbers.length < 4 ? [box.left + box.width / 2, box.top + box.height / 2]
        : [box.left + middle(even), box.top + middle(odd)];
  }
  const hit = element.getRootNode().elementFromPoint(x, y);
  return hit !== null && (element.contains(hit) || hit.contains(element) && hit.localName === 'label');
}
