import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useShortcut } from '../shell/shortcuts';
import { TextInput } from './field';
import styles from './search-input.module.css';

/** Says what was typed once a person pauses. `/` brings the keyboard here. */
export function SearchInput({
  label,
  value,
  onChange,
  onEnter,
  placeholder = 'Search',
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What Enter does with what stands there. */
  onEnter?: (typed: string) => void;
  placeholder?: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  const said = useRef<string[]>([]);
  useEffect(() => {
    // What was said here comes back later, when more may have been typed: only what comes from elsewhere is taken over.
    const place = said.current.indexOf(value.trim());
    said.current = said.current.slice(place + 1);
    if (place === -1) setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed.trim() === value.trim()) return;
    const timer = setTimeout(() => {
      said.current.push(typed.trim());
      onChange(typed);
    }, 200);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  useShortcut('/', () => input.current?.focus());
  return (
    <div className={styles.search}>
      <Search size={15} aria-hidden />
      <TextInput
        ref={input}
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={placeholder}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onEnter?.(typed);
          if (event.key !== 'Escape') return;
          if (typed === '') event.currentTarget.blur();
          else setTyped('');
        }}
      />
      <kbd aria-hidden>/</kbd>
    </div>
  );
}
