import { Dialog } from '@base-ui/react/dialog';
import { Menu as MenuIcon, X } from 'lucide-react';
import { useState } from 'react';
import { Brand } from '#components/ui/brand.tsx';
import { IconButton } from '#components/ui/button.tsx';
import { Navigation, type NavigationGroup } from './Navigation.tsx';

/** On narrow screens the navigation lies over the page and leaves with the choice. */
export function MobileNav({ groups }: { groups: readonly NavigationGroup[] }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger
        render={
          <IconButton label="Places">
            <MenuIcon size={18} />
          </IconButton>
        }
      />
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-10 bg-[#000]/45" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-10 flex w-64 max-w-[85vw] flex-col overflow-y-auto border-r border-control bg-ground shadow-popup">
          <div className="flex h-12 items-center justify-between pr-1.5 pl-3.5">
            <Dialog.Title render={<span />}>
              <Brand />
            </Dialog.Title>
            <Dialog.Close
              render={
                <IconButton label="Close">
                  <X size={18} />
                </IconButton>
              }
            />
          </div>
          <nav aria-label="Places">
            <Navigation groups={groups} onNavigate={() => setOpen(false)} />
          </nav>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
