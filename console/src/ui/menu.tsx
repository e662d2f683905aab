import { DropdownMenu, Slot } from 'radix-ui';
import { createContext, type ReactNode, type RefObject, useContext, useId, useRef, useState } from 'react';
import { classes } from './classes';
import styles from './menu.module.css';

/** What was chosen is done when the menu is gone and the keyboard is back at its button: there a dialog returns it to. */
const chosen = createContext<RefObject<(() => void) | null> | null>(null);

/**
 * A button's menu: `trigger` is the button. A table has one in each row, so all that a menu needs is made when the pointer
 * or the keyboard comes to its button, and stands beside that: the button itself stays, and keeps the focus.
 */
export function Menu({
  trigger,
  align = 'end',
  children,
}: {
  trigger: ReactNode;
  align?: 'start' | 'end';
  children: ReactNode;
}) {
  const [isNear, setNear] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const leftByPointer = useRef(false);
  const pending = useRef<(() => void) | null>(null);
  const come = () => setNear(true);
  const toggle = () => {
    come();
    setOpen((was) => !was);
  };
  const act = (event: Event) => {
    event.preventDefault();
    if (!leftByPointer.current) button.current?.focus();
    leftByPointer.current = false;
    const then = pending.current;
    pending.current = null;
    if (then) queueMicrotask(then);
  };
  return (
    <span className={styles.place}>
      <Slot.Root
        ref={button}
        id={id}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onPointerEnter={come}
        onFocus={come}
        onPointerDown={(event) => {
          if (event.button !== 0 || event.ctrlKey) return;
          toggle();
          // The menu takes the focus.
          if (!isOpen) event.preventDefault();
        }}
        onKeyDown={(event) => {
          const opens = event.key === 'ArrowDown';
          if (!opens && event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          if (!opens || !isOpen) toggle();
        }}
      >
        {trigger}
      </Slot.Root>
      {isNear && (
        <DropdownMenu.Root modal={false} open={isOpen} onOpenChange={setOpen}>
          <DropdownMenu.Trigger asChild>
            <span className={styles.anchor} aria-hidden />
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content
              className={styles.content}
              align={align}
              sideOffset={4}
              collisionPadding={8}
              aria-labelledby={id}
              // Who clicks elsewhere goes on there.
              onInteractOutside={() => {
                leftByPointer.current = true;
              }}
              onCloseAutoFocus={act}
            >
              <chosen.Provider value={pending}>{children}</chosen.Provider>
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      )}
    </span>
  );
}

export function MenuItem({
  icon,
  danger = false,
  disabled = false,
  onSelect,
  children,
}: {
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}) {
  const pending = useContext(chosen);
  return (
    <DropdownMenu.Item
      className={classes(styles.item, danger && styles.danger)}
      disabled={disabled}
      onSelect={() => {
        if (pending) pending.current = onSelect;
      }}
    >
      {icon}
      {children}
    </DropdownMenu.Item>
  );
}

export const MenuSeparator = () => <DropdownMenu.Separator className={styles.separator} />;

/** One of several, of which one is chosen. */
export function MenuChoice<Value extends string>({
  value,
  options,
  onChange,
}: {
  value: Value;
  options: { value: Value; label: ReactNode }[];
  onChange: (value: Value) => void;
}) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)}>
      {options.map((option) => (
        <DropdownMenu.RadioItem key={option.value} value={option.value} className={classes(styles.item, styles.choice)}>
          {option.label}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
