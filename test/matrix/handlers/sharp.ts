import sharp from 'sharp';

export default async (): Promise<string> => {
  const image = { width: 4, height: 4, channels: 3, background: 'red' } as const;
  const { format } = await sharp(await sharp({ create: image }).png().toBuffer()).metadata();
  return `sharp ${format === 'png' ? 'works' : format}`;
};
