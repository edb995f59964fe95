"""Every network to choose from, ours and those of torchvision: the site itself can't ask torchvision.

A test of the worker holds this list against torchvision's.
"""

COMPACT = "compact_resnet"

GROUPS: list[tuple[str, list[tuple[str, str]]]] = [
    (
        "To begin with",
        [
            (COMPACT, "Compact ResNet: made for vignettes, with and without a GPU"),
            ("mobilenet_v3_small", "MobileNet V3 small: light"),
            ("mobilenet_v3_large", "MobileNet V3 large: light"),
            ("resnet18", "ResNet 18: sturdy"),
            ("efficientnet_v2_s", "EfficientNet V2 S: best for rare taxa, wants a GPU"),
            ("convnext_tiny", "ConvNeXt tiny: wants a GPU"),
        ],
    ),
    (
        "Small, without a GPU",
        [
            ("mobilenet_v2", "MobileNet V2"),
            ("mnasnet0_5", "MNASNet 0.5"),
            ("mnasnet0_75", "MNASNet 0.75"),
            ("mnasnet1_0", "MNASNet 1.0"),
            ("mnasnet1_3", "MNASNet 1.3"),
            ("shufflenet_v2_x0_5", "ShuffleNet V2 ×0.5"),
            ("shufflenet_v2_x1_0", "ShuffleNet V2 ×1.0"),
            ("shufflenet_v2_x1_5", "ShuffleNet V2 ×1.5"),
            ("shufflenet_v2_x2_0", "ShuffleNet V2 ×2.0"),
            ("squeezenet1_0", "SqueezeNet 1.0"),
            ("squeezenet1_1", "SqueezeNet 1.1"),
            ("regnet_x_400mf", "RegNet X 400 MF"),
            ("regnet_y_400mf", "RegNet Y 400 MF"),
            ("efficientnet_b0", "EfficientNet B0"),
        ],
    ),
    (
        "ResNet and its kin: want a GPU",
        [
            ("resnet34", "ResNet 34"),
            ("resnet50", "ResNet 50"),
            ("resnet101", "ResNet 101"),
            ("resnet152", "ResNet 152"),
            ("resnext50_32x4d", "ResNeXt 50"),
            ("resnext101_32x8d", "ResNeXt 101, 32 × 8d"),
            ("resnext101_64x4d", "ResNeXt 101, 64 × 4d"),
            ("wide_resnet50_2", "Wide ResNet 50"),
            ("wide_resnet101_2", "Wide ResNet 101"),
        ],
    ),
    (
        "EfficientNet: want a GPU",
        [
            ("efficientnet_b1", "EfficientNet B1"),
            ("efficientnet_b2", "EfficientNet B2"),
            ("efficientnet_b3", "EfficientNet B3"),
            ("efficientnet_b4", "EfficientNet B4"),
            ("efficientnet_b5", "EfficientNet B5"),
            ("efficientnet_b6", "EfficientNet B6"),
            ("efficientnet_b7", "EfficientNet B7"),
            ("efficientnet_v2_m", "EfficientNet V2 M"),
            ("efficientnet_v2_l", "EfficientNet V2 L"),
        ],
    ),
    (
        "ConvNeXt: want a GPU",
        [
            ("convnext_small", "ConvNeXt small"),
            ("convnext_base", "ConvNeXt base"),
            ("convnext_large", "ConvNeXt large"),
        ],
    ),
    (
        "Transformers: want a GPU and pretrained weights",
        [
            ("vit_b_16", "ViT B/16"),
            ("vit_b_32", "ViT B/32"),
            ("vit_l_16", "ViT L/16"),
            ("vit_l_32", "ViT L/32"),
            ("vit_h_14", "ViT H/14"),
            ("swin_t", "Swin T"),
            ("swin_s", "Swin S"),
            ("swin_b", "Swin B"),
            ("swin_v2_t", "Swin V2 T"),
            ("swin_v2_s", "Swin V2 S"),
            ("swin_v2_b", "Swin V2 B"),
            ("maxvit_t", "MaxViT T"),
        ],
    ),
    (
        "RegNet: want a GPU",
        [
            ("regnet_x_800mf", "RegNet X 800 MF"),
            ("regnet_x_1_6gf", "RegNet X 1.6 GF"),
            ("regnet_x_3_2gf", "RegNet X 3.2 GF"),
            ("regnet_x_8gf", "RegNet X 8 GF"),
            ("regnet_x_16gf", "RegNet X 16 GF"),
            ("regnet_x_32gf", "RegNet X 32 GF"),
            ("regnet_y_800mf", "RegNet Y 800 MF"),
            ("regnet_y_1_6gf", "RegNet Y 1.6 GF"),
            ("regnet_y_3_2gf", "RegNet Y 3.2 GF"),
            ("regnet_y_8gf", "RegNet Y 8 GF"),
            ("regnet_y_16gf", "RegNet Y 16 GF"),
            ("regnet_y_32gf", "RegNet Y 32 GF"),
            ("regnet_y_128gf", "RegNet Y 128 GF"),
        ],
    ),
    (
        "Older ones, to compare with",
        [
            ("alexnet", "AlexNet"),
            ("vgg11", "VGG 11"),
            ("vgg11_bn", "VGG 11, normalised"),
            ("vgg13", "VGG 13"),
            ("vgg13_bn", "VGG 13, normalised"),
            ("vgg16", "VGG 16"),
            ("vgg16_bn", "VGG 16, normalised"),
            ("vgg19", "VGG 19"),
            ("vgg19_bn", "VGG 19, normalised"),
            ("googlenet", "GoogLeNet"),
            ("inception_v3", "Inception V3"),
            ("densenet121", "DenseNet 121"),
            ("densenet161", "DenseNet 161"),
            ("densenet169", "DenseNet 169"),
            ("densenet201", "DenseNet 201"),
        ],
    ),
]
TIMM = "timm:"  # what the names of timm's networks begin with: any of them will do, these are offered
OF_TIMM: tuple[str, list[tuple[str, str]]] = (
    "timm, where it is installed: with pretrained weights",
    [
        ("timm:mobilenetv4_conv_small.e2400_r224_in1k", "MobileNet V4 small: light"),
        ("timm:convnextv2_atto.fcmae", "ConvNeXt V2 atto: learnt without labels"),
        ("timm:vit_small_patch14_dinov2.lvd142m", "DINOv2 ViT S/14: 224 pixels, wants a GPU"),
        ("timm:vit_small_patch16_dinov3.lvd1689m", "DINOv3 ViT S/16: wants a GPU, a licence of its own"),
        ("timm:vit_base_patch16_clip_224.openai", "CLIP’s vision tower ViT B/16: wants a GPU"),
    ],
)
BACKBONES = [entry for _, entries in GROUPS for entry in entries]  # (its name, what a person should know)
USUAL_SIDE, COMPACT_SIDE = 96, 48  # pixels


def suited_side(backbone: str) -> int:
    """Pixels a side that the network likes: where nobody says."""
    return COMPACT_SIDE if backbone == COMPACT else USUAL_SIDE
