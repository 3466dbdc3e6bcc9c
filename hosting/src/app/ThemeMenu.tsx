import { Monitor, Moon, Sun } from 'lucide-react';
import { IconButton } from '#components/ui/button.tsx';
import { Menu, MenuRadios } from '#components/ui/menu.tsx';
import { setTheme, useTheme } from '#lib/theme.ts';

const ICONS = { system: Monitor, light: Sun, dark: Moon };
const OPTIONS = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

export function ThemeMenu() {
  const theme = useTheme();
  const Icon = ICONS[theme];
  return (
    <Menu
      trigger={
        <IconButton label="Theme">
          <Icon size={16} />
        </IconButton>
      }
    >
      <MenuRadios label="Theme" value={theme} options={OPTIONS} onChange={setTheme} />
    </Menu>
  );
}
