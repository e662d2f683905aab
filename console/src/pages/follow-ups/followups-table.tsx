import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { AgentStats, Followup } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { classes, Heading, type Sorting, tableStyles } from '../../ui';
import { FollowupTableRow } from './followup-table-row';
import styles from './followups-table.module.css';
import type { FollowupRow } from './rows';
import type { FollowupAction } from './use-followup-actions';

/** As in the styles: rows are higher where it is narrow. */
const narrow = window.matchMedia('(max-width: 48rem)');
const rowRem = { wide: 3.25, narrow: 5.25 };

function useRowHeight(): number {
  const heightOf = () =>
    (narrow.matches ? rowRem.narrow : rowRem.wide) *
    Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const [height, setHeight] = useState(heightOf);
  useEffect(() => {
    const change = () => setHeight(heightOf());
    narrow.addEventListener('change', change);
    return () => narrow.removeEventListener('change', change);
  });
  return height;
}

/** The rows that are in view, and some beside them; the page scrolls, however many there are. */
export function FollowupsTable({
  rows,
  sorting,
  onSort,
  counted,
  fresh,
  onAct,
}: {
  rows: FollowupRow[];
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
  /** What the numbers are of; null: not read yet. */
  counted: AgentStats | null;
  /** The row that was just made. */
  fresh: string | null;
  onAct: (action: FollowupAction, followup: Followup) => void;
}) {
  const mayEdit = useMayEdit();
  const table = useRef<HTMLTableElement>(null);
  const [top, setTop] = useState(0);
  const rowHeight = useRowHeight();
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 4,
    scrollMargin: top,
    getItemKey: (index) => rows[index]?.followup.id ?? index,
  });
  useLayoutEffect(() => {
    const measure = () => setTop((table.current?.tBodies[0]?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height makes all that was measured old
  useLayoutEffect(() => virtual.measure(), [rowHeight]);

  const freshAt = fresh === null ? -1 : rows.findIndex(({ followup }) => followup.id === fresh);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is shown once, when it comes
  useEffect(() => {
    if (freshAt >= 0) virtual.scrollToIndex(freshAt, { align: 'auto' });
  }, [fresh, freshAt >= 0]);

  const items = virtual.getVirtualItems();
  const before = (items[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  const by = { sorting, onSort };
  return (
    <table ref={table} className={classes(tableStyles.table, styles.table)} aria-rowcount={rows.length + 1}>
      <caption className="sr-only">Followups</caption>
      <colgroup>
        <col />
        <col className={styles.delayColumn} />
        <col className={styles.channelsColumn} />
        <col className={styles.surveyColumn} />
        <col className={styles.statusColumn} />
        <col className={styles.sentColumn} />
        <col className={styles.rateColumn} />
        <col className={styles.menuColumn} />
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          <Heading column="title" {...by}>
            Title
          </Heading>
          <Heading column="delay" {...by}>
            Delay
          </Heading>
          <Heading>Channels</Heading>
          <Heading>Survey</Heading>
          <Heading column="status" {...by}>
            Status
          </Heading>
          <Heading column="sent" number {...by}>
            Sent, 30 days
          </Heading>
          <Heading column="rate" number {...by}>
            Response rate
          </Heading>
          <Heading hidden>Actions</Heading>
        </tr>
      </thead>
      <tbody>
        {before > 0 && <Space height={before} />}
        {items.map(({ index }) => {
          const row = rows[index];
          return (
            row && (
              <FollowupTableRow
                key={row.followup.id}
                row={row}
                index={index}
                counted={counted}
                fresh={row.followup.id === fresh}
                mayEdit={mayEdit}
                onAct={onAct}
              />
            )
          );
        })}
        {after > 0 && <Space height={after} />}
      </tbody>
    </table>
  );
}

/** In place of the rows that are out of view. */
const Space = ({ height }: { height: number }) => (
  <tr aria-hidden className={styles.space}>
    <td colSpan={8} style={{ height }} />
  </tr>
);
