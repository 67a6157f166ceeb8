/* The picture that an area of an image map lies on, or null for any other element. */
(element) => {
  const map = element.localName === 'area' ? element.closest('map') : null;
  if (map === null) return null;
  const pictures = element.getRootNode().querySelectorAll('img[usemap], object[usemap]');
  return [...pictures].find((each) => each.getClientRects().length && [map.name, map.id].includes(each.getAttribute('usemap').slice(1))) || null;
}
