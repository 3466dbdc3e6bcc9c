import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import type { ComponentType } from 'react';

export interface Command {
  /** Unique among all commands; what the search looks at. */
  value: string;
  /** Set apart at the right: a price, a state. */
  note?: string;
  icon: ComponentType<{ size: number; className?: string }>;
  run: () => void;
}

export interface CommandGroup {
  value: string;
  items: Command[];
}

interface CommandPaletteProps {
  groups: readonly CommandGroup[];
  onClose: () => void;
}

/** One input to find and run anything; the arrow keys choose, Enter runs, Esc leaves. */
export function CommandPalette({ groups, onClose }: CommandPaletteProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-10 bg-[#000]/45" />
        <Dialog.Viewport className="fixed inset-0 z-10 flex items-start justify-center p-3 pt-[10vh]">
          <Dialog.Popup
            aria-label="Commands"
            className="flex max-h-[min(30rem,75dvh)] w-full max-w-130 flex-col rounded-lg border border-control bg-raised shadow-popup"
          >
            <Autocomplete.Root
              open
              inline
              items={groups}
              itemToStringValue={(command: Command) => command.value}
              autoHighlight="always"
              keepHighlight
            >
              <div className="flex items-center gap-2.5 border-b px-3.5">
                <Search size={16} className="shrink-0 text-mute" />
                <Autocomplete.Input
                  aria-label="Search commands"
                  placeholder="Search or run a command"
                  className="h-11 w-full bg-transparent outline-none coarse:text-input"
                />
              </div>
              <Autocomplete.Empty className="not-empty:px-3.5 not-empty:py-4 text-mute">
                No command has that name.
              </Autocomplete.Empty>
              <Autocomplete.List className="min-h-0 scroll-py-1 overflow-y-auto overscroll-contain py-1 empty:hidden">
                {(group: CommandGroup) => (
                  <Autocomplete.Group key={group.value} items={group.items}>
                    <Autocomplete.GroupLabel className="label px-3.5 pt-2 pb-1">
                      {group.value}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(command: Command) => (
                        <CommandItem key={command.value} command={command} onClose={onClose} />
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
            </Autocomplete.Root>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function CommandItem({ command, onClose }: { command: Command; onClose: () => void }) {
  const { icon: Icon, value, note } = command;
  return (
    <Autocomplete.Item
      value={command}
      onClick={() => {
        onClose();
        command.run();
      }}
      className="flex min-h-9 cursor-default items-center gap-2.5 border-l-2 border-transparent px-3 outline-none data-highlighted:border-l-ember data-highlighted:bg-tint coarse:min-h-11"
    >
      <Icon size={16} className="shrink-0 text-mute" />
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{value}</span>
      {note !== undefined && <span className="num shrink-0 text-mute">{note}</span>}
    </Autocomplete.Item>
  );
}
