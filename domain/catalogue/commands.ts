export type ProductCommand =
  | {
      readonly type: 'AddProduct'
      readonly sku: string
      readonly name: string
      readonly price: number
      readonly currency: string
      /** Only where the SKU was never sold: one that was taken off sale stays so. */
      readonly onlyNew?: true
    }
  | { readonly type: 'RenameProduct'; readonly sku: string; readonly name: string }
  | { readonly type: 'ChangePrice'; readonly sku: string; readonly price: number; readonly currency: string }
  | { readonly type: 'DiscontinueProduct'; readonly sku: string }
