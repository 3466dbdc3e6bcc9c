import { type LucideIcon, Play, Settings2 } from 'lucide-react';

export interface Place {
  to: '/playground' | '/settings';
  name: string;
  icon: LucideIcon;
}

export interface PlaceGroup {
  name: string;
  places: Place[];
}

/** The navigation. A place is added with its page: there are no dead links. */
export const PLACES: PlaceGroup[] = [
  { name: 'Build', places: [{ to: '/playground', name: 'Playground', icon: Play }] },
  { name: 'Account', places: [{ to: '/settings', name: 'Settings', icon: Settings2 }] },
];
