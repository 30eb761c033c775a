import sharp from 'sharp';

export default async (): Promise<void> => {
  const image = { width: 4, height: 4, channels: 3, background: 'red' } as const;
  const { format } = await sharp(await sharp({ create: image }).png().toBuffer()).metadata();
  if (format === 'png') console.log('sharp works');
};
