import { useNavigate } from '@tanstack/react-router';
import { Copy, Ellipsis, Eye, Pencil, Power, Send, Trash2 } from 'lucide-react';
import type { Followup } from '../../api/client';
import { IconButton, Menu, MenuItem, MenuSeparator } from '../../ui';
import type { FollowupAction } from './use-followup-actions';

/** What can be done with a followup. `details`: with the way to its page. */
export function FollowupMenu({
  followup,
  mayEdit,
  details = false,
  onAct,
}: {
  followup: Followup;
  mayEdit: boolean;
  details?: boolean;
  onAct: (action: FollowupAction, followup: Followup) => void;
}) {
  const navigate = useNavigate();
  const act = (action: FollowupAction) => () => onAct(action, followup);
  const { id, agentId, title, status } = followup;
  return (
    <Menu
      trigger={
        <IconButton label={`Actions for ${title}`}>
          <Ellipsis size={17} aria-hidden />
        </IconButton>
      }
    >
      {details && (
        <MenuItem
          icon={<Eye size={15} aria-hidden />}
          onSelect={() =>
            void navigate({
              to: '/agents/$agentId/follow-ups/$followupId',
              params: { agentId, followupId: id },
            })
          }
        >
          View details
        </MenuItem>
      )}
      {mayEdit && (
        <>
          <MenuItem icon={<Pencil size={15} aria-hidden />} onSelect={act('edit')}>
            Edit
          </MenuItem>
          <MenuItem
            icon={<Power size={15} aria-hidden />}
            onSelect={act(status === 'active' ? 'deactivate' : 'activate')}
          >
            {status === 'active' ? 'Deactivate' : 'Activate'}
          </MenuItem>
          <MenuItem icon={<Send size={15} aria-hidden />} onSelect={act('test')}>
            Send me a test
          </MenuItem>
          <MenuItem icon={<Copy size={15} aria-hidden />} onSelect={act('duplicate')}>
            Duplicate
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={<Trash2 size={15} aria-hidden />} danger onSelect={act('delete')}>
            Delete
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
