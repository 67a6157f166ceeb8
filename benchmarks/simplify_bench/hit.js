/* Whether a click on an element would hit it now: in its middle, for what never rests; anywhere in its shape, for an
   area of a picture. */
(element) => {
  const picture = () => {
    const map = element.closest('map');
    const uses = [...element.getRootNode().querySelectorAll('[usemap]')];
    return uses.find((each) => [map.name, map.id].includes(each.useMap.slice(1))) || null;
  };
  const isArea = element.localName === 'area';
  const shown = isArea ? picture() : element;
  if (!shown) return false;
  shown.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const box = shown.getBoundingClientRect();
  const hits = (along, down) => {
    const hit = element.getRootNode().elementFromPoint(box.left + along * box.width, box.top + down * box.height);
    return hit !== null && (element.contains(hit) || (hit.contains(element) && hit.localName === 'label'));
  };
  if (!isArea) return hits(0.5, 0.5);
  for (let at = 0; at < 1600; at += 1) if (hits(((at % 40) + 0.5) / 40, (Math.floor(at / 40) + 0.5) / 40)) return true;
  return false;
}
