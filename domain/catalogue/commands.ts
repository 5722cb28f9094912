export type ProductCommand =
  | {
      readonly type: 'AddProduct'
      readonly sku: string
      readonly name: string
      readonly price: number
      readonly currency: string
    }
  | {
      readonly type: 'RelistProduct'
      readonly sku: string
      readonly name: string
      readonly price: number
      readonly currency: string
    }
  | { readonly type: 'RenameProduct'; readonly sku: string; readonly name: string }
  | { readonly type: 'ChangePrice'; readonly sku: string; readonly price: number; readonly currency: string }
  | { readonly type: 'DiscontinueProduct'; readonly sku: string }
