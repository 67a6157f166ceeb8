/* Fills the page with a shop's list of products until it has so many elements; tells how many it has. */
(wanted) => {
  const adjectives = ['Amber', 'Brindle', 'Cobalt', 'Dusky', 'Elder', 'Fallow', 'Gilded', 'Hazel', 'Ivory', 'Juniper'];
  const things = ['Kettle', 'Lantern', 'Mirror', 'Notebook', 'Ottoman', 'Pitcher', 'Quilt', 'Rug', 'Stool', 'Teapot'];
  const card = (number) => {
    const name = `${adjectives[number % 10]} ${things[Math.floor(number / 10) % 10]} ${number}`;
    return `<li><article><h2><a href="/product/${number}">${name}</a></h2>` +
      `<p><span>${(3 + (number % 20) / 10).toFixed(1)} of 5</span> <span>(${number % 977})</span></p>` +
      `<p>$${(5 + (number % 9000) / 100).toFixed(2)}</p><button>Add to cart</button></article></li>`;
  };
  const aCard = 9;
  const cards = Math.max(1, Math.round((wanted - 4) / aCard));
  const html = ['<h1>All products</h1><ol>'];
  for (let number = 0; number < cards; number += 1) html.push(card(number));
  html.push('</ol>');
  document.body.innerHTML = html.join('');
  return document.querySelectorAll('body *').length;
}
