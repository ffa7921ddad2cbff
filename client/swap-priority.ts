/**
 * Which swap is used first (swapon(2): the highest): compressed RAM, then local disks, then the server over NBD, which
 * has none of its own and so one below 0.
 */
export const swapPriority = { zram: 100, disk: 10 };
