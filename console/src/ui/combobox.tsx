import { Command } from 'cmdk';
import { ChevronsUpDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { classes } from './classes';
import styles from './combobox.module.css';
import { useFieldProps } from './field';

export type Option = {
  value: string;
  label: string;
  note?: string;
  /** What it is found by besides. */
  keywords?: string[];
};

/** Without accents, which not everybody can type. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** For cmdk: what holds the text as it was typed. Its own search takes letters from anywhere, which finds half of many. */
const holds = (value: string, typed: string, keywords: string[] = []): number =>
  plain([value, ...keywords].join('\n')).includes(plain(typed.trim())) ? 1 : 0;

/** One of many, found by typing. */
export function Combobox({
  label,
  value,
  options,
  onChange,
  placeholder = 'Choose …',
  searchPlaceholder = 'Search …',
}: {
  /** What it is called, where no Field says so. */
  label: string;
  value: string | null;
  options: Option[];
  onChange: (value: string) => void;
  placeholder?: string;
  searchPlaceholder?: string;
}) {
  const [open, setOpen] = useState(false);
  const chosen = options.find((option) => option.value === value);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          className={styles.trigger}
          {...useFieldProps()}
          aria-label={`${label}: ${chosen?.label ?? placeholder}`}
        >
          <span className={classes(styles.value, !chosen && styles.placeholder)}>{chosen?.label ?? placeholder}</span>
          <ChevronsUpDown size={15} aria-hidden />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles.content} align="start" sideOffset={4} collisionPadding={8}>
          <Command
            filter={holds}
            label={label}
            className={styles.command}
            {...(value === null ? {} : { defaultValue: value })}
          >
            <Command.Input className={styles.input} placeholder={searchPlaceholder} aria-label={`Search ${label}`} />
            <Command.List className={styles.list}>
              <Command.Empty className={styles.empty}>Nothing found.</Command.Empty>
              {options.map((option) => (
                <Command.Item
                  key={option.value}
                  value={option.value}
                  keywords={[option.label, option.note ?? '', ...(option.keywords ?? [])]}
                  className={styles.item}
                  onSelect={() => {
                    onChange(option.value);
                    setOpen(false);
                  }}
                >
                  <span>{option.label}</span>
                  {option.note && <span className={styles.note}>{option.note}</span>}
                </Command.Item>
              ))}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
