/** The MobileNetV2 of npm `nsfwjs`: a Keras model whose weights are quantized to 8 bits, published as JavaScript modules. */
import type { ModelArtifactsLike } from '@curv/tfjs';

interface Bundled {
  modelJson(): Promise<{ readonly default: { readonly modelTopology: object; readonly weightsManifest: readonly { readonly weights: readonly object[] }[] } }>;
  readonly weightBundles: readonly (() => Promise<{ readonly default: string }>)[];
}

/** The package is a development dependency: this bench alone needs it. */
const PACKAGE = 'nsfwjs/models/mobilenet_v2';

/** The model as `tf.io` artifacts. @throws where the package is not installed */
export async function mobilenet(): Promise<ModelArtifactsLike> {
  const { MobileNetV2Model } = (await import(PACKAGE)) as { readonly MobileNetV2Model: Bundled };
  const { default: json } = await MobileNetV2Model.modelJson();
  const shards = await Promise.all(MobileNetV2Model.weightBundles.map(async (load) => Buffer.from((await load()).default, 'base64')));
  const bytes = Uint8Array.from(Buffer.concat(shards));
  return { modelTopology: json.modelTopology, weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights) as never, weightData: bytes.buffer };
}

/** Classes of the output. */
export const CLASSES: readonly string[] = ['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy'];
