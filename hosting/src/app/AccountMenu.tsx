import { CircleUser, LogOut, Settings2 } from 'lucide-react';
import { IconButton } from '#components/ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '#components/ui/menu.tsx';
import { type SessionUser, signOut } from '#lib/auth/session.ts';

interface AccountMenuProps {
  user: SessionUser;
  onSettings: () => void;
}

export function AccountMenu({ user, onSettings }: AccountMenuProps) {
  return (
    <Menu
      trigger={
        <IconButton label="Account">
          <CircleUser size={16} />
        </IconButton>
      }
    >
      <div className="max-w-72 px-3 py-1.5">
        {user.displayName !== '' && <p className="truncate font-medium">{user.displayName}</p>}
        <p className="truncate text-mute">{user.email}</p>
      </div>
      <MenuSeparator />
      <MenuItem onClick={onSettings}>
        <Settings2 size={16} className="text-mute" />
        Settings
      </MenuItem>
      <MenuItem onClick={() => void signOut()}>
        <LogOut size={16} className="text-mute" />
        Sign out
      </MenuItem>
    </Menu>
  );
}
