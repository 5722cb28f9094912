/** Where the server may die by its own hand; `never` leaves it to others. */
export const POINTS_OF_DEATH = [
  'before-commit',
  'in-commit',
  'after-commit-before-publish',
  'after-publish-before-answer',
  'never',
] as const

export type PointOfDeath = (typeof POINTS_OF_DEATH)[number]

export const isPointOfDeath = (text: string): text is PointOfDeath => POINTS_OF_DEATH.some((point) => point === text)
