import { element } from './dom';

/** A web address, without the punctuation that ends the sentence around it. */
const address = /(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]])/;

/** A text in its pieces: addresses as links that say where they lead, all else as it stands. */
export const withLinks = (text: string): (Node | string)[] =>
  text
    .split(address)
    .map((piece, index) =>
      index % 2 === 1 ? element('a', { href: piece, target: '_blank', rel: 'noopener noreferrer' }, piece) : piece,
    );
