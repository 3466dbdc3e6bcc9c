import { Link, type LinkProps } from '@tanstack/react-router';
import type { ComponentType } from 'react';

export interface NavigationGroup {
  name: string;
  places: readonly {
    to: NonNullable<LinkProps['to']>;
    name: string;
    icon: ComponentType<{ size: number; className?: string }>;
  }[];
}

interface NavigationProps {
  groups: readonly NavigationGroup[];
  onNavigate?: () => void;
}

/** Places in groups; the active one has ink and an ember edge. */
export function Navigation({ groups, onNavigate }: NavigationProps) {
  return groups.map((group) => (
    <section key={group.name} aria-label={group.name} className="mb-3">
      <h2 className="label px-3.5 pb-1">{group.name}</h2>
      <ul>
        {group.places.map(({ to, name, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ includeSearch: false }}
              {...(onNavigate === undefined ? {} : { onClick: onNavigate })}
              className="flex h-7 items-center gap-2.5 border-l-2 border-transparent pr-3 pl-3 text-mute outline-offset-[-2px] hover:text-ink data-[status=active]:border-l-ember data-[status=active]:font-medium data-[status=active]:text-ink coarse:h-11"
            >
              <Icon size={16} className="shrink-0" />
              <span className="truncate">{name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  ));
}
