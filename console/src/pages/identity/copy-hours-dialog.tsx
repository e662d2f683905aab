import { useState } from 'react';
import { Button, Checkbox, Dialog, FieldGroup, Toolbar } from '../../ui';
import styles from './copy-hours-dialog.module.css';
import { type Weekday, weekdays } from './draft';
import { dayName } from './week-hours';

/** Asks which days are to have the hours of a day, too. */
export function CopyHoursDialog({
  from,
  onCopy,
  onClose,
}: {
  from: Weekday;
  onCopy: (days: Weekday[]) => void;
  onClose: () => void;
}) {
  const [chosen, setChosen] = useState<readonly Weekday[]>([]);
  const others = weekdays.filter((day) => day !== from);
  const set = (day: Weekday, isChosen: boolean) =>
    setChosen(isChosen ? [...chosen, day] : chosen.filter((each) => each !== day));
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Copy the hours of ${dayName(from)}`}
      description="The days that you choose get the same hours in place of their own."
      onSubmit={() => onCopy([...chosen])}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={chosen.length === 0}>
            Copy
          </Button>
        </>
      }
    >
      <Toolbar>
        <Button size="small" onClick={() => setChosen(others.filter((day) => weekdays.indexOf(day) < 5))}>
          Monday to Friday
        </Button>
        <Button size="small" onClick={() => setChosen(others)}>
          Every day
        </Button>
      </Toolbar>
      <FieldGroup label="To">
        <div className={styles.days}>
          {others.map((day) => (
            <Checkbox
              key={day}
              label={dayName(day)}
              checked={chosen.includes(day)}
              onChange={(event) => set(day, event.target.checked)}
            />
          ))}
        </div>
      </FieldGroup>
    </Dialog>
  );
}
