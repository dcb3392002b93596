const WORDS =
  `a ac accumsan adipiscing aenean aliquam amet ante arcu at auctor augue bibendum blandit commodo congue consectetuer
  consequat cras cubilia curabitur dapibus diam dictum dignissim dolor donec dui egestas eget eleifend elementum elit enim
  erat eros est et eu euismod facilisi facilisis fames faucibus felis fermentum fringilla fusce gravida habitant hendrerit
  iaculis id imperdiet in integer interdum ipsum justo lacinia lacus laoreet lectus leo libero ligula lobortis lorem luctus
  maecenas magna malesuada massa mattis mauris metus mi molestie mollis morbi nam nec neque nibh nisi nisl non nulla nunc
  odio orci ornare pede pellentesque pharetra placerat porta posuere praesent pretium primis proin pulvinar purus quam quis
  quisque rhoncus risus rutrum sagittis sapien scelerisque sed sem semper sit sociis sollicitudin suscipit tellus tempor
  tincidunt tortor tristique turpis ullamcorper ultrices urna ut varius vel velit vestibulum vitae vivamus viverra volutpat
  vulputate`.split(/\s+/);

function paragraph(least: number, most: number): string {
  const count = least + Math.floor(Math.random() * Math.max(1, most - least));
  let text = '';
  let ends = true;
  for (let i = 0; i < count; i++) {
    const word = WORDS[Math.floor(Math.random() * WORDS.length)]!;
    text += (i === 0 ? '' : ' ') + (ends ? word[0]!.toUpperCase() + word.slice(1) : word);
    ends = i === count - 1 || Math.random() < 0.1;
    if (ends) text += '.';
    else if (Math.random() < 0.1) text += ',';
  }
  return text;
}

/** Filler text: paragraphs of at least and at most so many words. */
export function lipsum(paragraphs: number, html: boolean, least: number, most: number): string {
  const made = Array.from({ length: Math.max(0, paragraphs) }, () => paragraph(least, most));
  return html ? made.map((text) => `<p>${text}</p>`).join('\n') : made.join('\n\n');
}
