import { icon } from './dom';

const paperPlane = 'M3.4 20.4 21.5 12 3.4 3.6 3.4 10.1 15.5 12 3.4 13.9z';

export type ComposerParts = { form: HTMLFormElement; text: HTMLTextAreaElement; send: HTMLButtonElement };

/** Where the visitor writes: Enter sends, Shift and Enter begins a new line, and the field grows with its text. */
export function createComposer({ form, text, send }: ComposerParts, say: (text: string) => void) {
  send.append(icon(paperPlane));

  const grow = () => {
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight}px`;
    form.classList.toggle('empty', text.value.trim() === '');
  };
  text.addEventListener('input', grow);
  text.addEventListener('keydown', (event) => {
    // While a character is being composed, Enter chooses it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const said = text.value.replaceAll('\0', '').trim();
    text.focus();
    if (said === '') return;
    text.value = '';
    grow();
    say(said);
  });
  grow();

  return {
    focus: () => text.focus(),
    close() {
      text.disabled = true;
      send.disabled = true;
    },
  };
}
