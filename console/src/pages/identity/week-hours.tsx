import { CopyPlus } from 'lucide-react';
import { useState } from 'react';
import { classes, IconButton } from '../../ui';
import { useNow } from '../../ui/time';
import { minutesOf, stretchesOf } from './clock';
import { CopyHoursDialog } from './copy-hours-dialog';
import { interval, type Week, type Weekday, weekdays } from './draft';
import styles from './hours.module.css';
import { Intervals } from './intervals';

export const dayName = (day: Weekday): string => day.slice(0, 1).toUpperCase() + day.slice(1);

const dayBefore = (day: Weekday): Weekday => weekdays[(weekdays.indexOf(day) + 6) % 7] ?? 'sunday';

/** The hours of every day of the week, each beside a picture of the day. */
export function WeekHours({
  week,
  timeZone,
  errors,
  mayEdit,
  onChange,
}: {
  week: Week;
  timeZone: string;
  errors: Record<string, string>;
  mayEdit: boolean;
  onChange: (week: Week) => void;
}) {
  const [copied, setCopied] = useState<Weekday | null>(null);
  const now = useClockIn(timeZone);
  return (
    <div>
      <div className={styles.head} aria-hidden>
        <div className={styles.scale}>
          {['00', '06', '12', '18', '24'].map((hour) => (
            <span key={hour}>{hour}</span>
          ))}
        </div>
      </div>
      {weekdays.map((day) => (
        <section key={day} className={styles.day} aria-label={dayName(day)}>
          <h3 className={styles.name}>
            {dayName(day)}
            {now?.day === day && <small>today</small>}
          </h3>
          <Intervals
            day={dayName(day)}
            intervals={week[day]}
            errors={errors}
            mayEdit={mayEdit}
            onChange={(intervals) => onChange({ ...week, [day]: intervals })}
          />
          <div className={styles.strip} aria-hidden>
            {[25, 50, 75].map((percent) => (
              <span key={percent} className={styles.quarter} style={{ left: `${percent}%` }} />
            ))}
            {stretchesOf(week[day], week[dayBefore(day)]).map(({ start, end, over }) => (
              <span
                key={`${start} ${end} ${over}`}
                className={classes(styles.open, over && styles.over)}
                style={{ left: `${start * 100}%`, width: `${(end - start) * 100}%` }}
              />
            ))}
            {now?.day === day && <span className={styles.now} style={{ left: `${now.share * 100}%` }} />}
          </div>
          <div className={styles.actions}>
            {mayEdit && (
              <IconButton label={`Copy ${dayName(day)} to other days`} onClick={() => setCopied(day)}>
                <CopyPlus size={15} aria-hidden />
              </IconButton>
            )}
          </div>
        </section>
      ))}
      {copied && (
        <CopyHoursDialog
          from={copied}
          onClose={() => setCopied(null)}
          onCopy={(days) => {
            const copies = days.map((day) => [day, week[copied].map(({ from, to }) => interval(from, to))]);
            onChange({ ...week, ...Object.fromEntries(copies) });
            setCopied(null);
          }}
        />
      )}
    </div>
  );
}

/** Where the clock of a zone stands: the day, and how much of it has passed.. */
function useClockIn(timeZone: string): { day: Weekday; share: number } | null {
  const nowMs = useNow(30_000);
  const told = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(nowMs);
  const part = (type: string) => told.find((each) => each.type === type)?.value ?? '';
  const day = weekdays.find((each) => each === part('weekday').toLowerCase());
  const minutes = minutesOf(`${part('hour')}:${part('minute')}`);
  return day === undefined || minutes === null ? null : { day, share: minutes / 1_440 };
}
