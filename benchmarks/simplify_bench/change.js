/* Changes a page as a shop does between two visits, so that it can be seen which names survive. */
(change) => {
  const alike = (element) => {
    const groups = new Map();
    for (const child of element.children) {
      const box = child.getBoundingClientRect();
      if (box.width < 2 || box.height < 2 || !child.querySelector('a[href],button,input')) continue;
      const key = `${child.localName}.${child.classList[0] || ''}`;
      groups.set(key, [...(groups.get(key) || []), child]);
    }
    return [...groups.values()].sort((one, other) => other.length - one.length)[0] || [];
  };
  const area = (items) =>
    items.reduce((sum, item) => sum + item.getBoundingClientRect().width * item.getBoundingClientRect().height, 0);
  /** The items of the page's largest list: at least four that look alike, the largest in all. */
  const items = () => {
    let best = [];
    for (const element of document.querySelectorAll('body *')) {
      const found = element.childElementCount >= 4 ? alike(element) : [];
      if (found.length >= 4 && area(found) > area(best)) best = found;
    }
    return best;
  };
  const rewrite = (card) => {
    const walker = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      if (text.data.trim().split(/\s+/).length >= 3) text.data = 'Wholly Unrelated Newcomer Lantern';
    }
    for (const element of [card, ...card.querySelectorAll('*')]) {
      for (const name of ['id', 'data-bench', 'aria-label', 'alt', 'title']) element.removeAttribute(name);
      if (element.localName === 'a' && element.hasAttribute('href')) element.setAttribute('href', '/wholly-unrelated-newcomer');
    }
    return card;
  };
  const make = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  const list = items();
  if (change === 'banner') {
    const banner = make('div', 'This week only: orders leave our house within a day. ');
    banner.append(Object.assign(make('a', 'Read how'), { href: '/announcement' }));
    document.body.prepend(banner);
  } else if (change === 'paragraph') {
    const place = list.length ? list[0].parentElement : document.body.lastElementChild;
    place.before(make('p', 'Prices include taxes; what stands here may change without a word to anybody.'));
  } else if (change === 'card') {
    if (!list.length) return 0;
    list[0].before(rewrite(list[Math.floor(list.length / 2)].cloneNode(true)));
  } else {
    // Each item takes the place of its mirror image; what stands between the items stays where it is.
    const places = list.map((item) => {
      const place = document.createComment('');
      item.before(place);
      return place;
    });
    list.forEach((item, index) => places[list.length - 1 - index].replaceWith(item));
  }
  return list.length;
}
