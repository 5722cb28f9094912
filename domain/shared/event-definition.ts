import type { z } from 'zod'

/**
 * How one type of event is stored. The key in the registry is the stored type, for ever; `version` is the schema's; `upcasts[n]`
 * turns the data of version n into that of version n + 1.
 */
export type EventDefinition<Schema extends z.ZodObject = z.ZodObject> = {
  readonly version: number
  readonly schema: Schema
  readonly upcasts?: Readonly<Record<number, (data: Readonly<Record<string, unknown>>) => Record<string, unknown>>>
}

export type EventDefinitions = Readonly<Record<string, EventDefinition>>

/** The union of a registry's events: the type beside the data, flat. */
export type EventOf<Definitions extends EventDefinitions> = {
  [Type in keyof Definitions & string]: { readonly type: Type } & Readonly<z.infer<Definitions[Type]['schema']>>
}[keyof Definitions & string]
