import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import type { Followup } from '../../api/client';

/**
 * The way to a followup's page, for the rows of a long table: a router's own link follows the address and works its own
 * out for each row, which is too much for a swift scroll.
 */
export function FollowupLink({
  followup: { id, agentId, title },
  className,
  children,
}: {
  followup: Followup;
  className?: string;
  children: ReactNode;
}) {
  const router = useRouter();
  const open = (event: MouseEvent) => {
    // A new tab or window is the browser's matter.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ to: '/agents/$agentId/follow-ups/$followupId', params: { agentId, followupId: id } });
  };
  return (
    <a href={`/agents/${agentId}/follow-ups/${id}`} className={className} title={title} onClick={open}>
      {children}
    </a>
  );
}
