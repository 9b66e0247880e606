/**
 * Kinds of EKS Auto Mode, whose definitions Amazon does not publish: the fields that we use, from its pages
 * https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html and …/auto-configure-alb.html.
 */
const tags = { type: 'object', additionalProperties: { type: 'string' } };
const terms = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    properties: { tags, id: { type: 'string' }, name: { type: 'string' } },
    additionalProperties: false,
  },
};

export const autoModeSpecs: Readonly<Record<string, object>> = {
  'eks.amazonaws.com/v1 NodeClass': {
    type: 'object',
    properties: {
      role: { type: 'string' },
      subnetSelectorTerms: terms,
      securityGroupSelectorTerms: terms,
      networkPolicy: { enum: ['DefaultAllow', 'DefaultDeny'] },
      networkPolicyEventLogs: { enum: ['Enabled', 'Disabled'] },
    },
    required: ['role', 'subnetSelectorTerms', 'securityGroupSelectorTerms'],
    additionalProperties: false,
  },
  'eks.amazonaws.com/v1 TargetGroupBinding': {
    type: 'object',
    properties: {
      serviceRef: {
        type: 'object',
        properties: { name: { type: 'string' }, port: { type: ['integer', 'string'] } },
        required: ['name', 'port'],
        additionalProperties: false,
      },
      targetGroupARN: { type: 'string', pattern: '^arn:aws:elasticloadbalancing:' },
      targetType: { enum: ['ip', 'instance'] },
    },
    required: ['serviceRef', 'targetGroupARN', 'targetType'],
    additionalProperties: false,
  },
};
