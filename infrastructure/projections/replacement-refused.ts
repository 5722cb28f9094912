/** Why a table was not replaced, by a rebuild or a rollback. The live one is as it was. */
export class ReplacementRefused extends Error {
  override readonly name = 'ReplacementRefused'
}

/** Somebody else is at it. */
export class ReplacementUnderWay extends ReplacementRefused {}
