/**
 * What is told of a certificate that Node refuses by this code, behind whose it is; `authorities`: what names the file of those who are trusted.
 * Says what to do.
 */
export const refusedCertificateText = (code: string, authorities: string): string => {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'has a certificate for another name; use the name that the certificate is for'
    case 'CERT_HAS_EXPIRED':
      return `has a certificate that has expired (${code}); it has to be renewed there`
    case 'CERT_NOT_YET_VALID':
      return `has a certificate that is not valid yet (${code}); look at the clocks`
    default:
      return `has a certificate that is not trusted (${code}); ${authorities} has to name the file of who has signed it`
  }
}
