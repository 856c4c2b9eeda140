/** The mail that the designs are taken from; every design names the author that it quotes. */
export const THREAD = '4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com';
